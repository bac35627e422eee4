/** The catalogue: what it takes from a section's schema, and which schemas it refuses. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Catalogue, coreSections, type SectionSchema } from '@fsigk/config'
import { isFsigk } from '@fsigk/plugin-api'
import { catalogue, httpSection } from './sample.js'

test('every core setting has label and help in both languages, and a default that keeps its own rules', () => {
  const core = Catalogue.of(coreSections)
  assert.deepEqual(core.sections(), ['ftp', 'common', 'spam', 'definitions', 'config', 'plugins', 'access', 'template'])
  for (const definition of core.definitions()) {
    for (const words of [definition.label, definition.help]) assert.ok(words.en !== '' && words.ja !== '')
    assert.deepEqual(core.parse(definition.key, definition.default), { value: definition.default })
  }
})

test('sections stand in one order, whatever order they come in', () => {
  const zeta = sectionOf('zeta', {})
  const alpha = sectionOf('alpha', {})
  const core = ['common', 'spam', 'definitions', 'config', 'plugins', 'access']
  const order = ['http', 'ftp', ...core, 'alpha', 'template', 'zeta']
  assert.deepEqual(Catalogue.of([zeta, ...coreSections, alpha, httpSection]).sections(), order)
  assert.deepEqual(Catalogue.of([httpSection, alpha, ...coreSections.toReversed(), zeta]).sections(), order)
})

test('a definition says what the schema says', () => {
  const definition = catalogue.find('http.pre_spawn')
  assert.deepEqual(definition, {
    key: 'http.pre_spawn',
    section: 'http',
    name: 'pre_spawn',
    place: 'fsigk.ini',
    label: { en: 'Maximum connections', ja: 'Maximum connections(ja)' },
    help: { en: 'Maximum connections.', ja: 'Maximum connections。' },
    effect: 'new sessions',
    unit: 'connections',
    formerly: [],
    dangerous: false,
    secret: false,
    notInUseYet: false,
    type: 'integer',
    default: 2000,
    minimum: 1,
    maximum: 100_000,
  })
})

const about = { label: { en: 'x', ja: 'x' }, help: { en: 'x', ja: 'x' } }
const good = { type: 'boolean', default: true, 'x-fsigk': about }

function sectionOf(title: string, properties: object): SectionSchema {
  return { type: 'object', title, properties }
}

const bad: readonly { says: string; schema: SectionSchema; where: string }[] = [
  { says: 'no title', schema: { type: 'object', properties: {} } as unknown as SectionSchema, where: 'title' },
  { says: 'a title with a dot', schema: sectionOf('a.b', {}), where: 'title' },
  { says: 'a name in upper case', schema: sectionOf('a', { Flag: good }), where: 'a.Flag' },
  {
    says: 'a name of the prototype',
    schema: JSON.parse('{"type":"object","title":"a","properties":{"__proto__":{}}}'),
    where: 'a.__proto__',
  },
  { says: 'a name that every object has', schema: sectionOf('a', { constructor: good }), where: 'a.constructor' },
  { says: 'a section that every object has', schema: sectionOf('constructor', { x: good }), where: 'constructor' },
  { says: 'the section of layouts', schema: sectionOf('layout', { x: good }), where: 'layout' },
  { says: 'an unknown type', schema: sectionOf('a', { x: { ...good, type: 'array' } }), where: 'a.x' },
  { says: 'no default', schema: sectionOf('a', { x: { type: 'boolean', 'x-fsigk': about } }), where: 'a.x' },
  { says: 'no label', schema: sectionOf('a', { x: { type: 'boolean', default: true } }), where: 'a.x' },
  {
    says: 'a label in one language',
    schema: sectionOf('a', { x: { ...good, 'x-fsigk': { ...about, label: { en: 'x' } } } }),
    where: 'a.x',
  },
  {
    says: 'an unknown effect',
    schema: sectionOf('a', { x: { ...good, 'x-fsigk': { ...about, effect: 'soon' } } }),
    where: 'a.x',
  },
  {
    says: 'a secret that is a switch',
    schema: sectionOf('a', { x: { ...good, 'x-fsigk': { ...about, secret: true } } }),
    where: 'a.x',
  },
  {
    says: 'a number without limits',
    schema: sectionOf('a', { x: { type: 'integer', default: 1, 'x-fsigk': about } }),
    where: 'a.x',
  },
  {
    says: 'a default out of its limits',
    schema: sectionOf('a', { x: { type: 'integer', default: 9, minimum: 1, maximum: 5, 'x-fsigk': about } }),
    where: 'a.x',
  },
  {
    says: 'a text without a size',
    schema: sectionOf('a', { x: { type: 'string', default: '', 'x-fsigk': about } }),
    where: 'a.x',
  },
  {
    says: 'a default with blanks around it',
    schema: sectionOf('a', { x: { type: 'string', default: ' a ', 'x-fsigk': { ...about, maxBytes: 9 } } }),
    where: 'a.x',
  },
  {
    says: 'a default that is no word of its own',
    schema: sectionOf('a', { x: { type: 'string', default: 'c', enum: ['a', 'b'], 'x-fsigk': about } }),
    where: 'a.x',
  },
]

for (const { says, schema, where } of bad) {
  test(`a section with ${says} is refused`, () => {
    assert.throws(
      () => Catalogue.of([schema]),
      (error) => isFsigk(error, 'FSIGK_SECTION_INVALID') && error.message.includes(where),
    )
  })
}

test('what core declares in place of a plugin gives way to the plugin, in whatever order they come', () => {
  const plugins = sectionOf('smtp', { own: good })
  for (const schemas of [
    [...coreSections, plugins],
    [plugins, ...coreSections],
  ])
    assert.deepEqual(
      Catalogue.of(schemas)
        .definitions('smtp')
        .map(({ key }) => key),
      ['smtp.own'],
    )
  assert.throws(
    () => Catalogue.of([...coreSections, plugins, plugins]),
    (error) => isFsigk(error, 'FSIGK_SECTION_TWICE'),
  )
})

test('all that core declares in place of a plugin is marked as not in use yet', () => {
  const core = Catalogue.of(coreSections)
  for (const section of ['smtp', 'pop', 'ftp', 'spam', 'definitions'])
    for (const { key, notInUseYet } of core.definitions(section)) assert.ok(notInUseYet, key)
})

test('two sections of one name are refused', () => {
  assert.throws(
    () => Catalogue.of([...coreSections, sectionOf('common', {})]),
    (error) => isFsigk(error, 'FSIGK_SECTION_TWICE'),
  )
})
