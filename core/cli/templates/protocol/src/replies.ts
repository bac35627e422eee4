import type { Outcome } from '@fsigk/plugin-api'

/** What keeps a request from being answered by its server. */
export type Refusal = 'syntax' | 'too-long' | 'denied' | 'unreachable' | 'bad-server'

/** What a client is told, in the words of the protocol: `NO` for good, `LATER` when it may try again. */
export const refusals: Readonly<Record<Refusal, string>> = {
  syntax: 'NO this is no request; write GET host:port name\r\n',
  'too-long': 'NO the line is too long\r\n',
  denied: 'NO access denied\r\n',
  unreachable: 'LATER the server cannot be reached\r\n',
  'bad-server': 'LATER the server did not answer as it should\r\n',
}

type RefusedOutcome = Exclude<Outcome, { readonly disposition: 'pass' | 'tag' }>

/** What a client is told when policy refuses what it asked for. */
export const refusedOutcomes: Readonly<Record<RefusedOutcome['disposition'], string>> = {
  block: 'NO malware was found\r\n',
  replace: 'NO malware was found\r\n',
  return: 'NO malware was found\r\n',
  drop: 'OK 0\r\n',
  defer: 'LATER it could not be scanned\r\n',
}
