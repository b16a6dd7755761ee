/** The least that an Envoy can be: one ADS stream that acknowledges everything at once. Arguments: address, node id, names of route configurations. */
import { Client, credentials } from '@grpc/grpc-js'
import { plainService } from '../../src/codec/services.js'
import { CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE } from '../../src/xds/types.js'

interface Response {
  readonly type_url: string
  readonly version_info: string
  readonly nonce: string
}

const [address = '', id = '', ...routes] = process.argv.slice(2)
const { path, requestSerialize, responseDeserialize } = plainService(
  'envoy.service.discovery.v3.AggregatedDiscoveryService',
)['StreamAggregatedResources']!

const client = new Client(address, credentials.createInsecure())
const call = client.makeBidiStreamRequest<object, object>(path, requestSerialize, responseDeserialize)
const namesOf = (type_url: string): string[] => (type_url === ROUTE_TYPE ? routes : [])

for (const type_url of [CLUSTER_TYPE, LISTENER_TYPE, ROUTE_TYPE])
  call.write({ node: { id, cluster: 'bench' }, type_url, resource_names: namesOf(type_url) })
call.on('data', (message: object) => {
  const { type_url, version_info, nonce } = message as Response
  call.write({ type_url, version_info, response_nonce: nonce, resource_names: namesOf(type_url) })
})
