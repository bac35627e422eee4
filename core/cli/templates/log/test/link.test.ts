import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog, until } from '@fsigk/testing'
import { TcpSink } from '../src/tcp-sink.js'
import { startDestination } from './destination.js'

const patience = new AbortController().signal

test('each line stands behind the names of its service and log', async () => {
  await using destination = await startDestination()
  const sink = new TcpSink(silentLog)
  await sink.start(destination.settings as never)
  sink.write('detect', 'http', 'one\ntwo\n')
  await sink.stop(patience)
  await until('both lines arrive', async () => (await destination.received()) === 'http detect one\nhttp detect two\n')
})

test('a connection that breaks is made anew', async () => {
  await using destination = await startDestination()
  const sink = new TcpSink(silentLog)
  await sink.start(destination.settings as never)
  sink.write('info', 'http', 'before\n')
  await until('the first line arrives', async () => (await destination.received()).includes('before'))
  destination.disconnect()
  await until('a line arrives again', async () => {
    sink.write('info', 'http', 'after\n')
    return (await destination.received()).includes('after')
  })
  await sink.stop(patience)
  assert.match(await destination.received(), /^http info before\n(http info after\n)+$/)
})
