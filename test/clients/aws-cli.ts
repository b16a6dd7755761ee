/** The aws CLI: a process per call. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { clientEnvironment, type Client, type Input, type Outcome } from './client.js'

const run = promisify(execFile)

/** Of `An error occurred (NotFoundException) when calling the DescribeMesh operation: …`. */
const ERROR = /An error occurred \((\w+)\) when calling the \w+ operation(?: \(.*?\))?: (.*)/s

export function awsCliClient(aws: string, endpoint: string, service = 'appmesh'): Client {
  const env = clientEnvironment(endpoint)
  const execute = async (operation: string, input: Input, options: string[] = []): Promise<Input> => {
    const command = operation.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()
    const args = [service, command, '--output', 'json', '--cli-input-json', JSON.stringify(input), ...options]
    const { stdout } = await run(aws, args, { env })
    return JSON.parse(stdout || '{}') as Input
  }
  return {
    name: 'the aws CLI',
    call: async (operation, input): Promise<Outcome> => {
      try {
        return { result: await execute(operation, input) }
      } catch (error) {
        const [, name, message] = ERROR.exec((error as { stderr?: string }).stderr ?? '') ?? []
        if (name === undefined || message === undefined) throw error
        return { error: { name, message: message.trim() } }
      }
    },
    /** The CLI joins the pages by itself. */
    paginate: async (operation, input, pageSize) => [
      await execute(operation, input, ['--page-size', String(pageSize)]),
    ],
    close: () => undefined,
  }
}
