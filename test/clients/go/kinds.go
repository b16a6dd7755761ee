package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appmesh"
	"github.com/aws/aws-sdk-go-v2/service/appmesh/types"
)

// name is what every resource is called: bytes that a path must escape.
const name = "a b/c:é"

// answer is what any operation on one resource gives back.
type answer struct {
	metadata *types.ResourceMetadata
	spec     any
	status   string
}

// kind is one Terraform resource: aws_appmesh_mesh and the like. The owner is nil when a resource is imported.
type kind struct {
	title    string
	specs    [2]any
	create   func(ctx context.Context, tags []types.TagRef) (answer, error)
	describe func(ctx context.Context, owner *string) (answer, error)
	update   func(ctx context.Context, owner *string, spec any) (answer, error)
	delete   func(ctx context.Context, owner *string) (answer, error)
	list     func(ctx context.Context) (pages int, items int, err error)
}

// page is what the SDK's paginators have in common.
type page[Output any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*appmesh.Options)) (Output, error)
}

func count[Output any](ctx context.Context, pages page[Output], size func(Output) int) (int, int, error) {
	seen, items := 0, 0
	for pages.HasMorePages() {
		output, err := pages.NextPage(ctx)
		if err != nil {
			return seen, items, err
		}
		seen++
		items += size(output)
	}
	return seen, items, nil
}

var one = aws.Int32(1)

// kinds lists them so that each finds there what it refers to.
func kinds(client *appmesh.Client) []kind {
	n := aws.String(name)
	return []kind{mesh(client, n), node(client, n), router(client, n), route(client, n), service(client, n), gateway(client, n), gatewayRoute(client, n)}
}

func mesh(c *appmesh.Client, n *string) kind {
	flatten := func(d *types.MeshData) answer { return answer{d.Metadata, d.Spec, string(d.Status.Status)} }
	return kind{
		title: "mesh", specs: [2]any{meshSpecs[0], meshSpecs[1]},
		create: func(ctx context.Context, tags []types.TagRef) (answer, error) {
			out, err := c.CreateMesh(ctx, &appmesh.CreateMeshInput{MeshName: n, Spec: meshSpecs[0], Tags: tags})
			return orError(err, func() answer { return flatten(out.Mesh) })
		},
		describe: func(ctx context.Context, owner *string) (answer, error) {
			out, err := c.DescribeMesh(ctx, &appmesh.DescribeMeshInput{MeshName: n, MeshOwner: owner})
			return orError(err, func() answer { return flatten(out.Mesh) })
		},
		update: func(ctx context.Context, _ *string, spec any) (answer, error) {
			out, err := c.UpdateMesh(ctx, &appmesh.UpdateMeshInput{MeshName: n, Spec: spec.(*types.MeshSpec)})
			return orError(err, func() answer { return flatten(out.Mesh) })
		},
		delete: func(ctx context.Context, _ *string) (answer, error) {
			out, err := c.DeleteMesh(ctx, &appmesh.DeleteMeshInput{MeshName: n})
			return orError(err, func() answer { return flatten(out.Mesh) })
		},
		list: func(ctx context.Context) (int, int, error) {
			pages := appmesh.NewListMeshesPaginator(c, &appmesh.ListMeshesInput{Limit: one})
			return count(ctx, pages, func(out *appmesh.ListMeshesOutput) int { return len(out.Meshes) })
		},
	}
}

func orError(err error, flatten func() answer) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	return flatten(), nil
}
