/**
 * A backup: a text file of JSON lines. The first says what it is, each further one is a row `["TABLE", {COLUMN: VALUE, …}]`, the last has the number of
 * rows and the SHA-256 of every byte before it. It does not depend on the driver, so it moves a store from one to the other as well.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { BackupError } from './backup-error.js'
import { formatRow, isTable, type Contents, type Page, type Row, type Table } from './contents.js'
import { MIGRATIONS } from './migrations.js'

const FORMAT = 'meshkeeper-backup/1'

/** Who reads it knows everything, so it is for its owner alone. */
const MODE = 0o600

/** Rows that are in memory at once. */
const PAGE = 200

/** Writes `contents` to the file at `path`, which is there whole or not at all. Gives the number of rows. Throws BackupError when it cannot. */
export async function writeBackup(path: string, contents: Contents, now: number): Promise<number> {
  const draft = `${path}.${randomUUID()}.draft`
  const file = await open(draft, 'wx', MODE).catch((cause: unknown) => {
    throw new BackupError(`cannot write ${path}: ${messageOf(cause)}`, { cause })
  })
  try {
    const rows = await writeLines(file, contents, now)
    await file.sync()
    await file.close()
    await rename(draft, path)
    return rows
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(draft, { force: true })
    throw isFileError(error) ? new BackupError(`cannot write ${path}: ${error.message}`, { cause: error }) : error
  }
}

async function writeLines(file: FileHandle, contents: Contents, now: number): Promise<number> {
  const hash = createHash('sha256')
  const write = async (text: string): Promise<void> => {
    hash.update(text)
    await file.writeFile(text)
  }
  const { revision } = contents
  const first = { format: FORMAT, migrations: MIGRATIONS.length, revision, time: new Date(now).toISOString() }
  await write(`${JSON.stringify(first)}\n`)
  let total = 0
  for await (const { table, rows } of contents.pages()) {
    await write(rows.map((row) => formatRow(table, row)).join(''))
    total += rows.length
  }
  await file.writeFile(`${JSON.stringify({ rows: total, sha256: hash.digest('hex') })}\n`)
  return total
}

interface Header {
  readonly revision: number
}

/** The contents of the backup at `path`, which is read once to its end for that. Throws BackupError when it is none, or no whole one. */
export async function openBackup(path: string): Promise<Contents> {
  const revision = await readRevision(path)
  const pages = (): AsyncGenerator<Page> => readPages(path)
  const reading = pages()
  while (!(await reading.next()).done) continue
  return { revision, pages }
}

async function readRevision(path: string): Promise<number> {
  for await (const line of readLines(path)) return parseHeader(path, line).revision
  throw new BackupError(`${path} is empty`)
}

function parseHeader(path: string, line: Buffer): Header {
  const header = parse(line) as { format?: unknown; migrations?: unknown; revision?: unknown } | null | undefined
  if (header?.format !== FORMAT) throw new BackupError(`${path} is not a backup of meshkeeper that this version knows`)
  const { migrations, revision } = header
  if (typeof migrations !== 'number' || typeof revision !== 'number') throw damaged(path)
  if (migrations > MIGRATIONS.length)
    throw new BackupError(`${path} is a backup of a newer meshkeeper: use that version`)
  return { revision }
}

async function* readPages(path: string): AsyncGenerator<Page> {
  const state = { hash: createHash('sha256'), total: 0, isWhole: false, isFirst: true }
  let table: Table | undefined
  let rows: Row[] = []
  for await (const line of readLines(path)) {
    if (state.isWhole) throw damaged(path)
    const value = state.isFirst ? undefined : parse(line)
    const row = Array.isArray(value) ? parseRow(path, value) : undefined
    if (!state.isFirst && !row) {
      state.isWhole = isEnd(value, state.total, state.hash)
      if (!state.isWhole) throw damaged(path)
      continue
    }
    state.isFirst = false
    state.hash.update(line).update('\n')
    if (!row) continue
    state.total += 1
    if (table !== undefined && (table !== row.table || rows.length === PAGE)) {
      yield { table, rows }
      rows = []
    }
    table = row.table
    rows.push(row.row)
  }
  if (!state.isWhole) throw damaged(path)
  if (table !== undefined) yield { table, rows }
}

function parseRow(path: string, value: readonly unknown[]): { table: Table; row: Row } {
  const [table, row] = value
  if (!isTable(table) || typeof row !== 'object' || row === null) throw damaged(path)
  return { table, row: row as Row }
}

function isEnd(value: unknown, total: number, hash: Hash): boolean {
  const end = value as { rows?: unknown; sha256?: unknown } | null | undefined
  return end?.rows === total && end.sha256 === hash.digest('hex')
}

function damaged(path: string): BackupError {
  return new BackupError(`${path} is damaged or not whole: nothing of it is used`)
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}

const NEWLINE = 0x0a

/** The lines of a file, without their ends. A last one without an end comes too. */
async function* readLines(path: string): AsyncGenerator<Buffer> {
  try {
    yield* splitLines(createReadStream(path, { highWaterMark: 1 << 20 }))
  } catch (error) {
    throw isFileError(error) ? new BackupError(`cannot read ${path}: ${error.message}`, { cause: error }) : error
  }
}

async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield Buffer.concat([...parts, chunk.subarray(start, end)])
      parts = []
      start = end + 1
    }
    if (start < chunk.length) parts.push(chunk.subarray(start))
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
