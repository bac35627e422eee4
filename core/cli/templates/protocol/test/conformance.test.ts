import { join } from 'node:path'
import { protocolConformance } from '@fsigk/testing'
import subject from './subject.js'

protocolConformance({ ...subject, folder: join(import.meta.dirname, '..', '..') })
