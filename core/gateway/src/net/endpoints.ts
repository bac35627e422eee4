import type { Socket } from 'node:net'
import type { Endpoint } from '@fsigk/plugin-api'
import { normaliseAddress } from './address.js'

/** The far end of a socket, or undefined when it is gone already. */
export function peerOf(socket: Socket): Endpoint | undefined {
  const { remoteAddress, remotePort } = socket
  if (remoteAddress === undefined || remotePort === undefined) return undefined
  return { address: normaliseAddress(remoteAddress), port: remotePort }
}

/** Our end of a socket, or undefined when it is gone already. */
export function localOf(socket: Socket): Endpoint | undefined {
  const { localAddress, localPort } = socket
  if (localAddress === undefined || localPort === undefined) return undefined
  return { address: normaliseAddress(localAddress), port: localPort }
}
