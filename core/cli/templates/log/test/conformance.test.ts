import { logSinkConformance, silentLog } from '@fsigk/testing'
import { ID } from '../src/names.js'
import { TcpSink } from '../src/tcp-sink.js'
import subject from './subject.js'

logSinkConformance({ name: ID, make: () => new TcpSink(silentLog), ...subject })
