import assert from 'node:assert/strict'
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isFsigk } from '@fsigk/plugin-api'
import { errnoText, knownErrors } from '../../src/net/errno-text.js'
import { boundEndpoint, closeDescriptor, duplicate, openSocket, strerror, tryLockFile } from '../../src/net/posix.js'

/** Octal, as the kernel shows the flags of an open descriptor. */
const CLOSE_ON_EXEC = 0o2000000

function flagsOf(fd: number): number {
  const [, flags = ''] = /^flags:\s+(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? []
  return Number.parseInt(flags, 8)
}

test('the table of error texts says what the C library says', () => {
  for (const [errno, text] of knownErrors) assert.equal(text, strerror(errno))
})

test('an error that is not in the table is asked of the C library', () => {
  assert.equal(errnoText(71), 'Protocol error')
  assert.equal(errnoText(-111), 'Connection refused')
})

test('sockets and duplicates are closed on exec', () => {
  const fd = openSocket('ipv6')
  const copy = duplicate(fd)
  assert.notEqual(copy, fd)
  for (const descriptor of [fd, copy]) assert.equal(flagsOf(descriptor) & CLOSE_ON_EXEC, CLOSE_ON_EXEC)
  closeDescriptor(fd)
  assert.deepEqual(boundEndpoint(copy), { address: '::', port: 0 })
  closeDescriptor(copy)
})

test('a call that fails names itself, the number and the text', () => {
  assert.throws(() => closeDescriptor(1_000_000), {
    code: 'FSIGK_SYSTEM_CALL_FAILED',
    message: 'close() failed. /streerror(9)=Bad file descriptor',
    details: { errno: 9, code: 'EBADF', text: 'Bad file descriptor' },
  })
  assert.throws(
    () => duplicate(-1),
    (error) => isFsigk(error, 'FSIGK_SYSTEM_CALL_FAILED'),
  )
})

test('a locked file is not locked again until it is closed', () => {
  const file = join(tmpdir(), `fsigk-lock-${process.pid}`)
  const [first, second] = [openSync(file, 'w'), openSync(file, 'w')]
  try {
    assert.equal(tryLockFile(first), true)
    assert.equal(tryLockFile(first), true, 'by its own holder it may be')
    assert.equal(tryLockFile(second), false)
    closeSync(first)
    assert.equal(tryLockFile(second), true)
  } finally {
    closeSync(second)
    rmSync(file)
  }
})
