export { dispositionFileName, fileNameOf } from './file-name.js'
export { listItems } from './list-items.js'
export type { Parameterised } from './parameters.js'
export { decodedParameter, parseParameterised } from './parameters.js'
