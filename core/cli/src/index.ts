export { runCommand } from './main.js'
