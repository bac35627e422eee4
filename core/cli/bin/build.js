#!/usr/bin/env node
// `npm run build`: installs where needed and compiles what changed.
import { build, install } from './prepare.js'

install()
build()
