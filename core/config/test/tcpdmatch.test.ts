/**
 * Ours against Debian's tcpdmatch: 2,000 questions at random. It looks hosts up in a hosts file of our own, which a mount
 * namespace puts in the place of the system's, and asks no name server. Lists that ours refuses, and those that it reads
 * otherwise on purpose, stand in `access-list.test.ts`; of what is generated here, nothing may differ.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessListAllows, parseAccessList } from '@fsigk/config'
import { type AskedHost, hosts, ListMaker, randomFrom } from './access-list-cases.js'

/** Another one is asked by `SEED=…`. */
const SEED = 20_261_124
const LISTS = 400
const HOSTS_A_LIST = 5
/** tcpdmatch reads all lists of a folder for each question. */
const LISTS_A_FOLDER = 20

const PATH = `${process.env['PATH']}:/usr/sbin`
const can =
  spawnSync('tcpdmatch', { stdio: 'ignore', env: { PATH } }).error === undefined &&
  spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' }).status === 0

interface Question {
  readonly list: string
  readonly host: AskedHost
  readonly folder: string
  readonly daemon: string
}

test('2,000 questions are answered as tcpdmatch answers them', {
  skip: can ? false : 'needs tcpdmatch (package tcpd) and root',
}, () => {
  const seed = Number(process.env['SEED'] ?? SEED)
  const work = mkdtempSync(join(tmpdir(), 'fsigk-tcpdmatch-'))
  try {
    const questions = makeQuestions(work, seed)
    assert.equal(questions.length, LISTS * HOSTS_A_LIST)
    const answers = askTcpdmatch(work, questions)
    const wrong = questions.flatMap((question, index) => {
      const list = parseAccessList(question.list, (path) => readFileSync(path, 'utf8'))
      assert.ok(!('rule' in list), `seed ${seed}: '${question.list}': ${'rule' in list ? list.rule : ''}`)
      const ours = accessListAllows(list, question.host) ? 'granted' : 'denied'
      if (ours === answers[index]) return []
      const { list: text, host } = question
      return [{ list: text, host: `${host.name ?? ''}/${host.address}`, ours, tcpdmatch: answers[index] }]
    })
    assert.deepEqual(wrong, [], `seed ${seed} (SEED=${seed} repeats it)`)
    const granted = answers.filter((answer) => answer === 'granted').length
    assert.ok(granted > 300 && granted < 1_700, `${granted} of them were granted`)
  } finally {
    rmSync(work, { recursive: true })
  }
})

function makeQuestions(work: string, seed: number): readonly Question[] {
  const random = randomFrom(seed)
  const files = ['one', 'two'].map((name) => join(work, `${name}.txt`))
  writeFileSync(files[0] ?? '', '10.0.0.1 10.0.1.\nhost.domain.jp\n\n192.168.0.0/255.255.0.0\n')
  writeFileSync(files[1] ?? '', '.evil.com\n203.0.113.9\n[2001:db8::]/32\nmailhost\n')
  const maker = new ListMaker(random, files)
  const lists = Array.from({ length: LISTS }, () => maker.list())
  return lists.flatMap((list, index) => {
    const folder = join(work, `lists-${Math.floor(index / LISTS_A_FOLDER)}`)
    const daemon = `d${index}`
    mkdirSync(folder, { recursive: true })
    const lines = list.split('\n').map((line) => `${daemon}: ${line}\n`)
    writeFileSync(join(folder, 'hosts.allow'), lines.join(''), { flag: 'a' })
    writeFileSync(join(folder, 'hosts.deny'), 'ALL: ALL\n')
    return Array.from({ length: HOSTS_A_LIST }, () => {
      const host = hosts[Math.floor(random() * hosts.length)] as AskedHost
      return { list, host, folder, daemon }
    })
  })
}

/** One shell asks all of it. */
function askTcpdmatch(work: string, questions: readonly Question[]): readonly string[] {
  const named = hosts.filter(({ name }) => name !== undefined)
  writeFileSync(join(work, 'hosts'), named.map(({ address, name }) => `${address} ${name}\n`).join(''))
  writeFileSync(join(work, 'nsswitch.conf'), 'hosts: files\n')
  const asked = questions.map(({ folder, daemon, host }) => `${folder} ${daemon} ${host.name ?? host.address}\n`)
  const script = `
    mount --bind '${work}/hosts' /etc/hosts && mount --bind '${work}/nsswitch.conf' /etc/nsswitch.conf || exit 3
    while read -r folder daemon address; do
      cd "$folder" && tcpdmatch -d "$daemon" "$address" 2>&1 | sed -n 's/^access: *//p'
    done`
  const { stdout, stderr, status } = spawnSync('unshare', ['--mount', 'sh', '-c', script], {
    input: asked.join(''),
    encoding: 'utf8',
    env: { PATH },
    maxBuffer: 16 * 1024 * 1024,
  })
  assert.equal(status, 0, stderr)
  const answers = stdout.trimEnd().split('\n')
  assert.equal(answers.length, questions.length, stderr)
  return answers
}
