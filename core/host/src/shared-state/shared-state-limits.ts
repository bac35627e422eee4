/** The bounds of what shared state holds; a request beyond them is not answered. */
export const MAX_NAME_LENGTH = 512
export const MAX_TEXT_BYTES = 16 * 1024
