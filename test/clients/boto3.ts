/** boto3, in a Python process that lives as long as the suite. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { clientEnvironment, type Client, type Input, type Outcome } from './client.js'

const DRIVER = join(import.meta.dirname, 'driver.py')

export function boto3Client(python: string, endpoint: string, service = 'appmesh'): Client {
  const child = spawn(python, [DRIVER, service], {
    env: clientEnvironment(endpoint),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async <T>(request: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`)
    const line = await lines.next()
    assert.ok(!line.done, 'the driver has ended')
    return JSON.parse(line.value) as T
  }
  return {
    name: 'boto3',
    call: (operation, input) => ask<Outcome>({ operation, input }),
    paginate: async (operation, input, pages) => {
      const outcome = await ask<{ pages?: Input[] }>({ operation, input, pages })
      assert.ok(outcome.pages, JSON.stringify(outcome))
      return outcome.pages
    },
    close: () => void child.stdin.end(),
  }
}
