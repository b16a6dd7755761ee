import assert from 'node:assert/strict'
import { Command } from 'commander'
import { runProgram } from '../../src/cli/program.js'

class Foreseen extends Error {}

async function run(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const seen: unknown[] = []
  const serve = new Command('serve')
    .description('run it')
    .option('--store <STORE>', 'where')
    .action((flags: unknown) => void seen.push(flags))
  const fail = new Command('fail').argument('<how>').action((how: string) => {
    throw how === 'foreseen' ? new Foreseen('no luck') : new Error('surprise')
  })
  const code = await runProgram(argv, {
    version: '1.2.3',
    commands: [serve, fail],
    stdout: (text) => out.push(text),
    stderr: (text) => err.push(text),
    explain: (error) => (error instanceof Foreseen ? { text: `error: ${error.message}`, code: 1 } : undefined),
  })
  return { code, stdout: out.join(''), stderr: err.join(''), seen }
}

describe('command line', () => {
  it('runs a command with its flags', async () => {
    assert.deepEqual(await run('serve', '--store', 'x'), { code: 0, stdout: '', stderr: '', seen: [{ store: 'x' }] })
  })

  const cases = [
    { name: 'version', argv: ['version'], code: 0, stdout: /^meshkeeper 1\.2\.3\n$/ },
    { name: '--version', argv: ['--version'], code: 0, stdout: /^1\.2\.3\n$/ },
    { name: '--help', argv: ['--help'], code: 0, stdout: /Commands:[\s\S]*serve[\s\S]*version/ },
    { name: 'help of a command', argv: ['serve', '--help'], code: 0, stdout: /--store <STORE>/ },
    { name: 'help by name', argv: ['help', 'serve'], code: 0, stdout: /--store <STORE>/ },
    { name: 'nothing', argv: [], code: 2, stderr: /Commands:[\s\S]*serve/ },
    { name: 'an unknown command', argv: ['serv'], code: 2, stderr: /unknown command 'serv'\n\(Did you mean serve\?\)/ },
    {
      name: 'an unknown flag',
      argv: ['serve', '--stor', 'x'],
      code: 2,
      stderr: /unknown option '--stor'\n\(Did you mean --store\?\)/,
    },
    { name: 'a flag without its value', argv: ['serve', '--store'], code: 2, stderr: /argument missing/ },
    { name: 'too many arguments', argv: ['serve', 'now'], code: 2, stderr: /too many arguments/ },
    { name: 'a failure that was foreseen', argv: ['fail', 'foreseen'], code: 1, stderr: /^error: no luck\n$/ },
    { name: 'a failure that was not', argv: ['fail', 'oops'], code: 1, stderr: /^error: Error: surprise\n +at / },
  ]
  for (const { name, argv, code, stdout, stderr } of cases)
    it(`${name} ends with ${code}`, async () => {
      const result = await run(...argv)
      assert.equal(result.code, code)
      assert.match(result.stdout, stdout ?? /^$/)
      assert.match(result.stderr, stderr ?? /^$/)
      assert.deepEqual(result.seen, [])
    })
})
