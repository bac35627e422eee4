// SWC's visitor, which dependency-cruiser walks sources with, does not know the statement `using x = …` yet.
const { Visitor } = require('@swc/core/Visitor.js')

const visitStatement = Visitor.prototype.visitStatement
Visitor.prototype.visitStatement = function (statement) {
  if (statement.type !== 'UsingDeclaration') return visitStatement.call(this, statement)
  return { ...statement, decls: this.visitVariableDeclarators(statement.decls) }
}

// The arrows that packages may draw, as core/docs/architecture.md explains them. Anything else fails the lint.
const ours = (names) => `^(${names.join('|')})/`
const everything = [
  'core/eventstore-lite',
  'core/plugin-api',
  'core/config',
  'core/gateway',
  'core/host',
  'core/wire',
  'core/sockets',
  'core/mail',
  'core/testing',
  'core/cli',
  'plugins/[^/]+',
  'console',
  'migrations',
]

/** Sources of `from` may import, of our packages, themselves and `allowed` alone. Tests may also import the test kit. */
const only = (from, allowed) => ({
  name: `${from.replaceAll('/', '-')}-imports`,
  comment: `${from} may import: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^${from}/(src|bin)/` },
  to: { path: ours(everything), pathNot: ours([from, ...allowed]) },
})

module.exports = {
  forbidden: [
    only('core/eventstore-lite', []),
    only('core/plugin-api', []),
    only('core/wire', []),
    only('core/sockets', []),
    only('core/mail', ['core/plugin-api', 'core/wire']),
    only('migrations', []),
    only('core/config', ['core/eventstore-lite', 'core/plugin-api', 'migrations']),
    only('core/gateway', ['core/plugin-api', 'core/config', 'core/wire']),
    only('core/host', ['core/plugin-api', 'core/config', 'core/gateway', 'core/eventstore-lite']),
    only('core/testing', [
      'core/plugin-api',
      'core/config',
      'core/gateway',
      'core/host',
      'core/eventstore-lite',
      'core/wire',
    ]),
    {
      name: 'plugins-imports',
      comment:
        'A plugin may import plugin-api, wire, sockets and mail; its tests also the test kit. Never another plugin.',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/src/' },
      to: { path: ours(everything), pathNot: ['^core/(plugin-api|wire|sockets|mail)/', '^plugins/$1/'] },
    },
    {
      name: 'plugin-tests-imports',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/test/' },
      to: { path: ours(everything), pathNot: ['^core/(plugin-api|wire|sockets|mail|testing)/', '^plugins/$1/'] },
    },
    {
      name: 'config-domain-is-pure',
      comment: 'decide and evolve know no clock, no file and no socket',
      severity: 'error',
      from: { path: '^core/config/src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'nobody-imports-cli', severity: 'error', from: { pathNot: '^core/cli/' }, to: { path: '^core/cli/src/' } },
    {
      name: 'only-the-face',
      comment:
        'Other packages are imported by name, through src/index.ts (or gateway/parts), never by a path into them.',
      severity: 'error',
      from: { path: '^(core/[^/]+|plugins/[^/]+|migrations|test)/' },
      to: {
        path: '^(core/[^/]+|plugins/[^/]+|migrations)/src/',
        pathNot: ['^$1/', '/src/index\\.ts$', '^core/gateway/src/parts\\.ts$'],
      },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-to-dev-dependencies',
      severity: 'error',
      from: { path: '/src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'default'] },
  },
}
