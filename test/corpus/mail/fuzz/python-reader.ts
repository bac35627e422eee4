/** Python's email package, asked for the payloads of many mails by one process. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

const SCRIPT = `
import sys, struct, signal, email, email.policy
stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
policies = [email.policy.compat32, email.policy.default]

# Its policy 'default' reads a few broken parameters for ever.
def give_up(*_):
    raise TimeoutError
signal.signal(signal.SIGALRM, give_up)

def payloads(data, policy):
    try:
        parts = list(email.message_from_bytes(data, policy=policy).walk())
    except TimeoutError:
        raise
    except Exception:
        return
    for part in parts:
        try:
            if not part.is_multipart():
                yield part.get_payload(decode=True) or b''
        except TimeoutError:
            raise
        except Exception:
            pass

# The second policy takes most of the time, and differs in headers alone: every other mail is read with it too.
count = 0
while True:
    head = stdin.read(4)
    if len(head) < 4: break
    data = stdin.read(struct.unpack('>I', head)[0])
    found = {}
    count += 1
    for policy in policies[:1 + count % 2]:
        try:
            signal.setitimer(signal.ITIMER_REAL, 1)
            for payload in payloads(data, policy): found[payload] = None
        except TimeoutError:
            pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    stdout.write(struct.pack('>I', len(found)) + b''.join(struct.pack('>I', len(each)) + each for each in found))
    stdout.flush()
`

export class PythonReader {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>
  readonly #output: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor() {
    this.#process = spawn('python3', ['-c', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#output = this.#process.stdout[Symbol.asyncIterator]()
  }

  /** Sends mails; the payloads of each are then asked for in the same order. */
  send(mails: readonly Buffer[]): void {
    const pieces = mails.flatMap((mail) => [length(mail), mail])
    this.#process.stdin.write(Buffer.concat(pieces))
  }

  /** What the policies (`compat32`, and in turn `default`) extract from the next mail. */
  async payloads(): Promise<readonly Buffer[]> {
    const count = (await this.#bytes(4)).readUInt32BE()
    const found: Buffer[] = []
    while (found.length < count) found.push(await this.#bytes((await this.#bytes(4)).readUInt32BE()))
    return found
  }

  async #bytes(count: number): Promise<Buffer> {
    while (this.#rest.length < count) {
      const { value, done } = await this.#output.next()
      if (done === true) throw new Error('python3 has ended')
      this.#rest = Buffer.concat([this.#rest, value])
    }
    const bytes = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return bytes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit')
    this.#process.stdin.end()
    await ended
  }
}

function length(bytes: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(bytes.length)
  return head
}
