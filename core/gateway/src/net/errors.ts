import { defineErrors } from '@fsigk/plugin-api'

/** The errors of `net/`; each has its line in `core/docs/errors/gateway-net.md`. */
export const netErrors = {
  FSIGK_BIND_FAILED: (port: number, address: string, errno: number, text: string, hint: string) =>
    `bind(port=${port},addr=${address}). # Please check whether other service(mail/web server,etc...) is already running on port ${port}. /streerror(${errno})=${text}${hint}`,
  FSIGK_SYSTEM_CALL_FAILED: (call: string, errno: number, text: string) =>
    `${call} failed. /streerror(${errno})=${text}`,
  FSIGK_LISTEN_FAILED: (fd: number, reason: string) =>
    `Descriptor ${fd} cannot be listened on: ${reason}. A worker must inherit it from the supervisor as a listening socket.`,
  FSIGK_ACCEPT_FAILED: (fd: number, reason: string) =>
    `main/accept_loop/accept(s=${fd}):${reason}. Accepting goes on in a moment.`,
  FSIGK_DESCRIPTORS_SCARCE: (limit: number) =>
    `Nearly all of the ${limit} descriptors that this process may open are in use. New connections wait. /strerror(24)=Too many open files`,
  FSIGK_SLOT_UNAVAILABLE: (reason: string) => `A connection was closed because no slot could be had for it: ${reason}.`,
  FSIGK_CONVERSATION_FAILED: (peer: string, reason: string) =>
    `The conversation with ${peer} ended with an unexpected error: ${reason}.`,
  FSIGK_ACCESS_LIST_INVALID: (key: string, rule: string) => `The access list ${key} cannot be used: ${rule}.`,
} as const

export const fail = defineErrors(netErrors)
