/** The built console, made once when the sources are newer. */
import { execFile } from 'node:child_process'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const SOURCES = ['src/console', 'src/model']
const VITE = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin/vite.js')

export const CONSOLE_FILES = join(ROOT, 'dist/console')

let building: Promise<void> | undefined

export function buildConsole(): Promise<void> {
  building ??= buildWhenOld()
  return building
}

async function buildWhenOld(): Promise<void> {
  const built = await stat(join(CONSOLE_FILES, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
  const newest = Math.max(...(await Promise.all(SOURCES.map((source) => newestIn(join(ROOT, source))))))
  if (newest > built) await build()
}

/**
 * In a process of its own: under mocha's loader Vite leaves out what loads the styles of lazy pages. And beside the old files, which
 * another suite may be reading, until the new ones are whole.
 */
async function build(): Promise<void> {
  const made = `${CONSOLE_FILES}.${process.pid}`
  await promisify(execFile)(process.execPath, [VITE, 'build', '--outDir', made, '--logLevel', 'warn'], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  await rm(CONSOLE_FILES, { recursive: true, force: true })
  await rename(made, CONSOLE_FILES)
}

async function newestIn(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Math.max(...(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))))
}
