import type { Channel } from '@fsigk/sockets'
import type { MessageParser } from '../parse.js'

/** A socket that messages come from, requests or responses. */
export type HttpChannel = Channel<MessageParser>
