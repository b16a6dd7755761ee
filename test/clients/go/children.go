package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/appmesh"
	"github.com/aws/aws-sdk-go-v2/service/appmesh/types"
)

// The kinds that live in a mesh. They differ in their types only, which the SDK does not let us abstract from.

func node(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.VirtualNodeData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "node", specs: [2]any{nodeSpecs[0], nodeSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateVirtualNode(ctx, &appmesh.CreateVirtualNodeInput{MeshName: n, VirtualNodeName: n, Spec: nodeSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.VirtualNode) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeVirtualNode(ctx, &appmesh.DescribeVirtualNodeInput{MeshName: n, MeshOwner: owner, VirtualNodeName: n})
			return orError(err, func() answer { return flatten(out.VirtualNode) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateVirtualNode(ctx, &appmesh.UpdateVirtualNodeInput{MeshName: n, MeshOwner: owner, VirtualNodeName: n, Spec: spec.(*types.VirtualNodeSpec)})
			return orError(err, func() answer { return flatten(out.VirtualNode) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteVirtualNode(ctx, &appmesh.DeleteVirtualNodeInput{MeshName: n, MeshOwner: owner, VirtualNodeName: n})
			return orError(err, func() answer { return flatten(out.VirtualNode) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListVirtualNodesPaginator(c, &appmesh.ListVirtualNodesInput{MeshName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListVirtualNodesOutput) int { return len(out.VirtualNodes) })
		},
	}
}

func router(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.VirtualRouterData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "router", specs: [2]any{routerSpecs[0], routerSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateVirtualRouter(ctx, &appmesh.CreateVirtualRouterInput{MeshName: n, VirtualRouterName: n, Spec: routerSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.VirtualRouter) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeVirtualRouter(ctx, &appmesh.DescribeVirtualRouterInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n})
			return orError(err, func() answer { return flatten(out.VirtualRouter) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateVirtualRouter(ctx, &appmesh.UpdateVirtualRouterInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n, Spec: spec.(*types.VirtualRouterSpec)})
			return orError(err, func() answer { return flatten(out.VirtualRouter) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteVirtualRouter(ctx, &appmesh.DeleteVirtualRouterInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n})
			return orError(err, func() answer { return flatten(out.VirtualRouter) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListVirtualRoutersPaginator(c, &appmesh.ListVirtualRoutersInput{MeshName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListVirtualRoutersOutput) int { return len(out.VirtualRouters) })
		},
	}
}

func route(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.RouteData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "route", specs: [2]any{routeSpecs[0], routeSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateRoute(ctx, &appmesh.CreateRouteInput{MeshName: n, VirtualRouterName: n, RouteName: n, Spec: routeSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.Route) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeRoute(ctx, &appmesh.DescribeRouteInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n, RouteName: n})
			return orError(err, func() answer { return flatten(out.Route) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateRoute(ctx, &appmesh.UpdateRouteInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n, RouteName: n, Spec: spec.(*types.RouteSpec)})
			return orError(err, func() answer { return flatten(out.Route) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteRoute(ctx, &appmesh.DeleteRouteInput{MeshName: n, MeshOwner: owner, VirtualRouterName: n, RouteName: n})
			return orError(err, func() answer { return flatten(out.Route) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListRoutesPaginator(c, &appmesh.ListRoutesInput{MeshName: n, VirtualRouterName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListRoutesOutput) int { return len(out.Routes) })
		},
	}
}

func service(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.VirtualServiceData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "service", specs: [2]any{serviceSpecs[0], serviceSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateVirtualService(ctx, &appmesh.CreateVirtualServiceInput{MeshName: n, VirtualServiceName: n, Spec: serviceSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.VirtualService) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeVirtualService(ctx, &appmesh.DescribeVirtualServiceInput{MeshName: n, MeshOwner: owner, VirtualServiceName: n})
			return orError(err, func() answer { return flatten(out.VirtualService) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateVirtualService(ctx, &appmesh.UpdateVirtualServiceInput{MeshName: n, MeshOwner: owner, VirtualServiceName: n, Spec: spec.(*types.VirtualServiceSpec)})
			return orError(err, func() answer { return flatten(out.VirtualService) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteVirtualService(ctx, &appmesh.DeleteVirtualServiceInput{MeshName: n, MeshOwner: owner, VirtualServiceName: n})
			return orError(err, func() answer { return flatten(out.VirtualService) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListVirtualServicesPaginator(c, &appmesh.ListVirtualServicesInput{MeshName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListVirtualServicesOutput) int { return len(out.VirtualServices) })
		},
	}
}

func gateway(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.VirtualGatewayData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "gateway", specs: [2]any{gatewaySpecs[0], gatewaySpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateVirtualGateway(ctx, &appmesh.CreateVirtualGatewayInput{MeshName: n, VirtualGatewayName: n, Spec: gatewaySpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.VirtualGateway) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeVirtualGateway(ctx, &appmesh.DescribeVirtualGatewayInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n})
			return orError(err, func() answer { return flatten(out.VirtualGateway) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateVirtualGateway(ctx, &appmesh.UpdateVirtualGatewayInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n, Spec: spec.(*types.VirtualGatewaySpec)})
			return orError(err, func() answer { return flatten(out.VirtualGateway) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteVirtualGateway(ctx, &appmesh.DeleteVirtualGatewayInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n})
			return orError(err, func() answer { return flatten(out.VirtualGateway) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListVirtualGatewaysPaginator(c, &appmesh.ListVirtualGatewaysInput{MeshName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListVirtualGatewaysOutput) int { return len(out.VirtualGateways) })
		},
	}
}

func gatewayRoute(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.GatewayRouteData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "gatewayRoute", specs: [2]any{gatewayRouteSpecs[0], gatewayRouteSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateGatewayRoute(ctx, &appmesh.CreateGatewayRouteInput{MeshName: n, VirtualGatewayName: n, GatewayRouteName: n, Spec: gatewayRouteSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.GatewayRoute) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeGatewayRoute(ctx, &appmesh.DescribeGatewayRouteInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n, GatewayRouteName: n})
			return orError(err, func() answer { return flatten(out.GatewayRoute) })
		},
		update: func(ctx context.Context, owner *string, spec any) (answer, error) {
			out, err := c.UpdateGatewayRoute(ctx, &appmesh.UpdateGatewayRouteInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n, GatewayRouteName: n, Spec: spec.(*types.GatewayRouteSpec)})
			return orError(err, func() answer { return flatten(out.GatewayRoute) })
		},
		delete: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DeleteGatewayRoute(ctx, &appmesh.DeleteGatewayRouteInput{MeshName: n, MeshOwner: owner, VirtualGatewayName: n, GatewayRouteName: n})
			return orError(err, func() answer { return flatten(out.GatewayRoute) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListGatewayRoutesPaginator(c, &appmesh.ListGatewayRoutesInput{MeshName: n, VirtualGatewayName: n, Limit: one})
			return count(ctx, pages, func(out *appmesh.ListGatewayRoutesOutput) int { return len(out.GatewayRoutes) })
		},
	}
}
