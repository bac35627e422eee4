import { spamFilterConformance } from '@fsigk/testing'
import { ID } from '../src/names.js'
import { WordFilter } from '../src/word-filter.js'
import subject from './subject.js'

spamFilterConformance({ name: ID, make: () => new WordFilter(), ...subject })
