/** The bootstrap of a pod's Envoy. */
import type { ControlPlane } from './control-plane.js'

/** What `meshkeeper bootstrap` prints for this node. */
export function sidecarBootstrap(keeper: ControlPlane, nodeId: string): string {
  const grpc = { '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions' }
  return JSON.stringify({
    node: { id: nodeId, cluster: nodeId },
    admin: { address: { socket_address: { address: '0.0.0.0', port_value: 9901 } } },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'xds' } }],
      },
      cds_config: { ads: {}, resource_api_version: 'V3' },
      lds_config: { ads: {}, resource_api_version: 'V3' },
    },
    static_resources: {
      clusters: [
        {
          name: 'xds',
          type: 'STATIC',
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              ...grpc,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'xds',
            endpoints: [
              {
                lb_endpoints: [
                  {
                    endpoint: {
                      address: { socket_address: { address: keeper.xdsHost, port_value: keeper.xdsPort } },
                    },
                  },
                ],
              },
            ],
          },
        },
      ],
    },
  })
}
