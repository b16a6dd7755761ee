/** docs/commands.md: the reference is that of the commands, and its examples print what they say. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildProgram } from '../../src/cli/program.js'
import { formatReference } from '../../src/cli/reference.js'
import { buildCommands, type ProgramIo } from '../../src/commands.js'
import { openMeshService, runMeshCommand, type MeshService } from '../cli/mesh-service.js'

const FILE = new URL('../../docs/commands.md', import.meta.url)
const REFERENCE = /(<!-- reference: [^\n]*-->\n)[\s\S]*(<!-- end of reference -->)/
const UPDATES = process.env['UPDATE_DOCS'] === '1' && process.env['CI'] === undefined

const quiet = (): void => undefined
const IO: ProgramIo = {
  environment: {},
  stdout: quiet,
  stderr: quiet,
  exit: quiet,
  readStdin: () => Promise.resolve(''),
  isTerminal: { stdout: false, stderr: false },
}

function referenceNow(): string {
  return formatReference(buildProgram({ version: '0', commands: buildCommands(IO), stdout: quiet, stderr: quiet }))
}

/** One fenced block of the page. */
const BLOCK = /^```(yaml|console)\n([\s\S]*?)^```$/gm

/** Writes the files of the page and runs its commands, in order; answers the page with what they print. */
async function runExamples(page: string, service: MeshService): Promise<string> {
  let result = ''
  let end = 0
  for (const { 0: all, 1: language, 2: body = '', index } of page.matchAll(BLOCK)) {
    const file = /^# (\S+\.yaml)\n/.exec(body)?.[1]
    if (language === 'yaml' && file !== undefined) writeFileSync(file, body)
    const shown = language === 'console' ? `\`\`\`console\n${await runBlock(body, service)}\`\`\`` : all
    result += page.slice(end, index) + shown
    end = index + all.length
  }
  return result + page.slice(end)
}

async function runBlock(body: string, { transport }: MeshService): Promise<string> {
  let shown = ''
  for (const line of body.split('\n').filter((each) => each.startsWith('$ '))) {
    const [command = '', echo] = line.slice(2).split('; echo ')
    const words = command.replace(/^npx meshkeeper /, '').split(' ')
    const { code, stdout, stderr } = await runMeshCommand(words, {
      transport,
      environment: { AWS_ACCESS_KEY_ID: 'ann' },
    })
    shown += `${line}\n${stdout}${stderr}${echo === undefined ? '' : `${code}\n`}`
    if (echo === undefined) assert.equal(code, 0, `${line}: ${stderr}`)
  }
  return shown
}

/** What differs from run to run. */
const still = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME').replaceAll(/\b\d+s\b/g, 'AGE')

describe('docs/commands.md', () => {
  const page = (): string => readFileSync(FILE, 'utf8')

  it('has the reference of every command (UPDATE_DOCS=1 writes it)', () => {
    const text = page()
    const expected = text.replace(
      REFERENCE,
      (_all, start: string, end: string) => `${start}\n${referenceNow()}\n${end}`,
    )
    if (UPDATES) writeFileSync(FILE, expected)
    else assert.equal(text, expected)
    assert.match(text, REFERENCE)
  })

  it('has examples that print what it says (UPDATE_DOCS=1 writes it)', async () => {
    const home = process.cwd()
    const directory = mkdtempSync(join(tmpdir(), 'commands-'))
    const service = await openMeshService()
    service.clock.now = Date.now()
    try {
      process.chdir(directory)
      const expected = await runExamples(page(), service)
      if (UPDATES && still(expected) !== still(page())) writeFileSync(FILE, expected)
      else assert.equal(still(page()), still(expected))
    } finally {
      process.chdir(home)
      await service.close()
      rmSync(directory, { recursive: true })
    }
  })
})
