import { notifierConformance } from '@fsigk/testing'
import { ID } from '../src/names.js'
import { WebHook } from '../src/web-hook.js'
import subject from './subject.js'

notifierConformance({ name: ID, make: () => new WebHook(), ...subject })
