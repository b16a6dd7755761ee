/** What a durable commit costs by itself: SQLite as the store opens it (WAL, synchronous FULL), one small transaction, nothing of ours. */
import Database from 'libsql'
import { pause } from './pause.js'

/** Milliseconds of `count` commits into a new database at `file`, each of a log row with `text` before and after and of a resource row. */
export async function timeCommits(file: string, text: string, count: number): Promise<number[]> {
  const database = new Database(file)
  database.prepare('PRAGMA journal_mode = WAL').all()
  database.exec('PRAGMA synchronous = FULL')
  database.exec('CREATE TABLE resource (name TEXT PRIMARY KEY, spec TEXT NOT NULL)')
  database.exec('CREATE TABLE change (revision INTEGER PRIMARY KEY, before TEXT NOT NULL, after TEXT NOT NULL)')
  const log = database.prepare('INSERT INTO change (before, after) VALUES (?, ?)')
  const put = database.prepare(
    'INSERT INTO resource (name, spec) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET spec = excluded.spec',
  )
  const times: number[] = []
  for (let round = 0; round < count; round++) {
    await pause()
    const started = performance.now()
    database.exec('BEGIN IMMEDIATE')
    log.run([text, text])
    put.run(['route', `${text}${round}`])
    database.exec('COMMIT')
    times.push(performance.now() - started)
  }
  database.close()
  return times
}
