import { scannerConformance, silentLog } from '@fsigk/testing'
import { MarkerScanner } from '../src/marker-scanner.js'
import { ID } from '../src/names.js'
import subject from './subject.js'

scannerConformance({ name: ID, make: () => new MarkerScanner(silentLog), ...subject })
