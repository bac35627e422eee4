#!/usr/bin/env node
// The fsigk-plugin command.
import { launch } from './launch.js'

await launch('plugin/main.js', import.meta.url)
