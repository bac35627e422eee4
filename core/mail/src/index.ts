export { virusStatus } from './status-fields.js'
