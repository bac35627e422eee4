import { describe } from 'node:test'
import { appendingConformance } from './appending.js'
import { keepingConformance } from './keeping.js'
import { readingConformance } from './reading.js'
import { sharingConformance } from './sharing.js'
import type { OpenStore } from './store-under-test.js'
import { subscribingConformance } from './subscribing.js'

/**
 * The tests that every driver passes. To be called in a test file of `node:test`.
 *
 * @param name of the driver, for the titles
 * @param open makes a new, empty store each time it is called
 */
export function eventStoreConformance(name: string, open: OpenStore): void {
  describe(`${name}: appending`, () => appendingConformance(open))
  describe(`${name}: reading`, () => readingConformance(open))
  describe(`${name}: subscribing`, () => subscribingConformance(open))
  describe(`${name}: snapshots, verifying, disposing`, () => keepingConformance(open))
  describe(`${name}: sharing`, () => sharingConformance(open))
}
