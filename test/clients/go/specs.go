package main

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appmesh/types"
)

// The specs of one mesh: what each resource is made with, and what it is updated to. Every kind of union stands in some spec.

func seconds(value int64) *types.Duration {
	return &types.Duration{Unit: types.DurationUnitS, Value: aws.Int64(value)}
}

func portMapping(port int32, protocol types.PortProtocol) *types.PortMapping {
	return &types.PortMapping{Port: aws.Int32(port), Protocol: protocol}
}

var meshSpecs = [2]*types.MeshSpec{
	{},
	{
		EgressFilter:     &types.EgressFilter{Type: types.EgressFilterTypeAllowAll},
		ServiceDiscovery: &types.MeshServiceDiscovery{IpPreference: types.IpPreferenceIPv4Only},
	},
}

var nodeSpecs = [2]*types.VirtualNodeSpec{
	{},
	{
		Backends: []types.Backend{
			&types.BackendMemberVirtualService{Value: types.VirtualServiceBackend{
				VirtualServiceName: aws.String("service.local"),
				ClientPolicy: &types.ClientPolicy{Tls: &types.ClientPolicyTls{
					Enforce: aws.Bool(false),
					Ports:   []int32{443, 8443},
					Validation: &types.TlsValidationContext{
						Trust: &types.TlsValidationContextTrustMemberFile{
							Value: types.TlsValidationContextFileTrust{CertificateChain: aws.String("/etc/ca.pem")},
						},
					},
				}},
			}},
		},
		Listeners: []types.Listener{{
			ConnectionPool: &types.VirtualNodeConnectionPoolMemberHttp{
				Value: types.VirtualNodeHttpConnectionPool{MaxConnections: aws.Int32(10), MaxPendingRequests: aws.Int32(5)},
			},
			HealthCheck: &types.HealthCheckPolicy{
				HealthyThreshold:   aws.Int32(3),
				IntervalMillis:     aws.Int64(5000),
				Path:               aws.String("/ping"),
				Protocol:           types.PortProtocolHttp,
				TimeoutMillis:      aws.Int64(2000),
				UnhealthyThreshold: aws.Int32(5),
			},
			OutlierDetection: &types.OutlierDetection{
				BaseEjectionDuration: seconds(5),
				Interval:             seconds(10),
				MaxEjectionPercent:   aws.Int32(50),
				MaxServerErrors:      aws.Int64(5),
			},
			PortMapping: portMapping(8080, types.PortProtocolHttp),
			Timeout: &types.ListenerTimeoutMemberHttp{Value: types.HttpTimeout{
				Idle:       seconds(10),
				PerRequest: seconds(5),
			}},
			Tls: &types.ListenerTls{
				Certificate: &types.ListenerTlsCertificateMemberFile{Value: types.ListenerTlsFileCertificate{
					CertificateChain: aws.String("/etc/cert.pem"),
					PrivateKey:       aws.String("/etc/key.pem"),
				}},
				Mode: types.ListenerTlsModePermissive,
			},
		}},
		Logging: &types.Logging{AccessLog: &types.AccessLogMemberFile{
			Value: types.FileAccessLog{Path: aws.String("/dev/stdout")},
		}},
		ServiceDiscovery: &types.ServiceDiscoveryMemberDns{
			Value: types.DnsServiceDiscovery{Hostname: aws.String("node.local"), ResponseType: types.DnsResponseTypeEndpoints},
		},
	},
}

var routerSpecs = [2]*types.VirtualRouterSpec{
	{Listeners: []types.VirtualRouterListener{{PortMapping: portMapping(8080, types.PortProtocolHttp)}}},
	{Listeners: []types.VirtualRouterListener{{PortMapping: portMapping(8081, types.PortProtocolHttp)}}},
}

func routeAction(weight int32) *types.HttpRouteAction {
	target := types.WeightedTarget{VirtualNode: aws.String(name), Weight: weight}
	return &types.HttpRouteAction{WeightedTargets: []types.WeightedTarget{target}}
}

var routeSpecs = [2]*types.RouteSpec{
	{HttpRoute: &types.HttpRoute{Action: routeAction(100), Match: &types.HttpRouteMatch{Prefix: aws.String("/")}}},
	{
		HttpRoute: &types.HttpRoute{
			Action: routeAction(90),
			Match: &types.HttpRouteMatch{
				Headers: []types.HttpRouteHeader{{
					Invert: aws.Bool(true),
					Match:  &types.HeaderMatchMethodMemberRange{Value: types.MatchRange{Start: aws.Int64(2), End: aws.Int64(7)}},
					Name:   aws.String("x-testing"),
				}},
				Method: types.HttpMethodPost,
				Prefix: aws.String("/path"),
				Scheme: types.HttpSchemeHttp,
			},
			RetryPolicy: &types.HttpRetryPolicy{
				HttpRetryEvents: []string{"server-error"},
				MaxRetries:      aws.Int64(0),
				PerRetryTimeout: seconds(15),
			},
			Timeout: &types.HttpTimeout{Idle: seconds(10)},
		},
		Priority: aws.Int32(42),
	},
}

var serviceSpecs = [2]*types.VirtualServiceSpec{
	{Provider: &types.VirtualServiceProviderMemberVirtualNode{
		Value: types.VirtualNodeServiceProvider{VirtualNodeName: aws.String(name)},
	}},
	{Provider: &types.VirtualServiceProviderMemberVirtualRouter{
		Value: types.VirtualRouterServiceProvider{VirtualRouterName: aws.String(name)},
	}},
}

var gatewayListener = types.VirtualGatewayListener{
	PortMapping: &types.VirtualGatewayPortMapping{Port: aws.Int32(8080), Protocol: types.VirtualGatewayPortProtocolHttp},
}

var gatewaySpecs = [2]*types.VirtualGatewaySpec{
	{Listeners: []types.VirtualGatewayListener{gatewayListener}},
	{
		Listeners: []types.VirtualGatewayListener{{
			ConnectionPool: &types.VirtualGatewayConnectionPoolMemberHttp{
				Value: types.VirtualGatewayHttpConnectionPool{MaxConnections: aws.Int32(32)},
			},
			PortMapping: gatewayListener.PortMapping,
		}},
		Logging: &types.VirtualGatewayLogging{AccessLog: &types.VirtualGatewayAccessLogMemberFile{
			Value: types.VirtualGatewayFileAccessLog{
				Format: &types.LoggingFormatMemberJson{Value: []types.JsonFormatRef{{Key: aws.String("k"), Value: aws.String("v")}}},
				Path:   aws.String("/dev/stdout"),
			},
		}},
	},
}

var gatewayTarget = &types.GatewayRouteTarget{
	VirtualService: &types.GatewayRouteVirtualService{VirtualServiceName: aws.String(name)},
}

var gatewayRouteSpecs = [2]*types.GatewayRouteSpec{
	{HttpRoute: &types.HttpGatewayRoute{
		Action: &types.HttpGatewayRouteAction{Target: gatewayTarget},
		Match:  &types.HttpGatewayRouteMatch{Prefix: aws.String("/")},
	}},
	{
		HttpRoute: &types.HttpGatewayRoute{
			Action: &types.HttpGatewayRouteAction{
				Rewrite: &types.HttpGatewayRouteRewrite{
					Hostname: &types.GatewayRouteHostnameRewrite{DefaultTargetHostname: types.DefaultGatewayRouteRewriteDisabled},
				},
				Target: gatewayTarget,
			},
			Match: &types.HttpGatewayRouteMatch{
				Hostname: &types.GatewayRouteHostnameMatch{Suffix: aws.String(".example.com")},
				Prefix:   aws.String("/users"),
			},
		},
		Priority: aws.Int32(7),
	},
}
