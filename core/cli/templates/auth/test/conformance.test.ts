import { authenticatorConformance, silentLog } from '@fsigk/testing'
import { AccountList } from '../src/account-list.js'
import { ID } from '../src/names.js'
import subject from './subject.js'

authenticatorConformance({ name: ID, make: () => new AccountList(silentLog), ...subject })
