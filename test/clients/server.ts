/** A meshkeeper API that listens, for clients in this process and in others. */
import type { AddressInfo } from 'node:net'
import type { ApiOptions } from '../../src/api/api.js'
import { openService, type Service } from '../api/service.js'

export interface Server extends Service {
  readonly endpoint: string
  /** Operations whose next answer is lost on its way: the connection breaks after the work is done. */
  readonly losing: Set<string>
}

export async function startServer(options: Partial<ApiOptions> = {}): Promise<Server> {
  const service = await openService(options)
  const losing = new Set<string>()
  service.app.addHook('onSend', async (request, _, payload) => {
    if (losing.delete(request.routeOptions.config.operation ?? '')) request.raw.socket.destroy()
    return payload
  })
  await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = service.app.server.address() as AddressInfo
  const endpoint = `http://127.0.0.1:${port}`
  return { ...service, endpoint, losing }
}
