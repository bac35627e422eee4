import { parseSvcport, type Svcport } from '@fsigk/config'
import { type BindFailure, type ListeningSocket, openListeningSocket } from '@fsigk/gateway'
import { isFsigk } from '@fsigk/plugin-api'
import type { ServicePlan } from './service-plan.js'

/** The listening socket of a service and the notation that it was opened for. The supervisor keeps it for all workers. */
export class Listening {
  private constructor(
    private readonly svcport: string,
    private readonly socket: ListeningSocket,
  ) {}

  /** @throws FSIGK_BIND_FAILED */
  static open({ svcport, backlog }: ServicePlan): Listening {
    return new Listening(svcport, openListeningSocket(parsed(svcport), backlog))
  }

  get fd(): number {
    return this.socket.fd
  }

  get address(): string {
    return this.socket.address
  }

  get port(): number {
    return this.socket.port
  }

  get interface(): string | undefined {
    return this.socket.interface
  }

  /** Whether this socket is the one that a plan asks for: by the same words, or by others for the same place. */
  serves(plan: ServicePlan): boolean {
    if (plan.svcport === this.svcport) return true
    const wanted = parsed(plan.svcport)
    return wanted.port === this.port && wanted.address === this.address && wanted.interface === this.interface
  }

  /** Whether a plan's socket could not be opened for this one: the system gives a port once for addresses that overlap. */
  mayBlock(plan: ServicePlan, error: unknown): boolean {
    if (!isFsigk(error, 'FSIGK_BIND_FAILED') || (error.details as BindFailure).code !== 'EADDRINUSE') return false
    return parsed(plan.svcport).port === this.port
  }

  close(): void {
    this.socket.close()
  }
}

/** The catalogue lets no other value in, so this fails only for a store that was written by another release. */
function parsed(svcport: string): Svcport {
  const result = parseSvcport(svcport)
  if ('rule' in result) throw new RangeError(`svcport=${svcport} ${result.rule}`)
  return result
}
