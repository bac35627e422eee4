#!/usr/bin/env node
// The fsigk command.
import { launch } from './launch.js'

await launch('main.js', import.meta.url)
