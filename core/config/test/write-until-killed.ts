/** Writes one version of a file after the other, telling when it begins each after the first, until it is killed. */
import { writeProjections } from '@fsigk/config'

const [folder = '', lines = ''] = process.argv.slice(2)
for (let version = 0; ; version++) {
  if (version > 0) process.send?.(version)
  const text = `${process.pid} ${version} ${'x'.repeat(50)}\n`.repeat(Number(lines))
  await writeProjections(folder, new Map([['fsigk.ini', text]]))
}
