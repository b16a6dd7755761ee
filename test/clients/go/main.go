// Command go drives the App Mesh API with the AWS SDK for Go v2, call for call as Terraform's AWS provider does: create, describe until it is
// there, list tags; then describe again before each plan, which must find nothing to change; update the spec and the tags apart; import by
// names alone; delete, and describe until it is gone.
//
// Usage: go <endpoint>. Each step is a line on standard output; the first failure ends the program with status 1.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/appmesh"
	"github.com/aws/aws-sdk-go-v2/service/appmesh/types"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, endpoint string) error {
	client := appmesh.New(appmesh.Options{
		BaseEndpoint: aws.String(endpoint),
		Region:       "us-west-2",
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDCLIENTS", SecretAccessKey: "nothing"}, nil
		}),
	})
	all := kinds(client)
	for _, each := range all {
		if err := step(each.title, "absent before", absent(ctx, each)); err != nil {
			return err
		}
		if err := step(each.title, "create", create(ctx, client, each)); err != nil {
			return err
		}
	}
	for _, each := range all {
		if err := errors.Join(
			step(each.title, "conflict", conflict(ctx, each)),
			step(each.title, "pages", pages(ctx, each)),
			step(each.title, "tags", tags(ctx, client, each)),
		); err != nil {
			return err
		}
	}
	if err := step("mesh", "in use", inUse(ctx, all[0])); err != nil {
		return err
	}
	// Terraform destroys routes before it replaces the listeners of their router: here the route goes first, then comes back.
	for _, title := range []string{"mesh", "node", "service", "gateway", "route", "gatewayRoute"} {
		each := find(all, title)
		if err := step(title, "update", update(ctx, each)); err != nil {
			return err
		}
	}
	for _, title := range []string{"gatewayRoute", "gateway", "service", "route"} {
		if err := step(title, "delete", remove(ctx, find(all, title))); err != nil {
			return err
		}
	}
	if err := step("router", "update", update(ctx, find(all, "router"))); err != nil {
		return err
	}
	for _, title := range []string{"router", "node", "mesh"} {
		if err := step(title, "delete", remove(ctx, find(all, title))); err != nil {
			return err
		}
	}
	return nil
}

func find(all []kind, title string) kind {
	for _, each := range all {
		if each.title == title {
			return each
		}
	}
	panic("no kind " + title)
}

func step(title, what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %s: %w", title, what, err)
	}
	fmt.Println(title + ": " + what)
	return nil
}

// absent is how Terraform tells that it must create: only the typed exception counts.
func absent(ctx context.Context, each kind) error {
	_, err := each.describe(ctx, nil)
	var notFound *types.NotFoundException
	if !errors.As(err, &notFound) {
		return fmt.Errorf("want NotFoundException, got %v", err)
	}
	return nil
}

func create(ctx context.Context, client *appmesh.Client, each kind) error {
	created, err := each.create(ctx, []types.TagRef{{Key: aws.String("Name"), Value: aws.String("one")}})
	if err != nil {
		return err
	}
	found, err := each.describe(ctx, created.metadata.MeshOwner)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(created, found) {
		return fmt.Errorf("created %+v, found %+v", created.metadata, found.metadata)
	}
	if err := settled(found, 1, each.specs[0]); err != nil {
		return err
	}
	listed, err := client.ListTagsForResource(ctx, &appmesh.ListTagsForResourceInput{ResourceArn: found.metadata.Arn})
	if err != nil {
		return err
	}
	return expectTags(listed.Tags, "Name=one")
}

// settled checks all that Terraform dereferences or compares: a spec that differs from the one that was sent is a diff in every plan.
func settled(found answer, version int64, spec any) error {
	m := found.metadata
	if m == nil || m.Arn == nil || m.Uid == nil || m.MeshOwner == nil || m.ResourceOwner == nil || m.CreatedAt == nil || m.LastUpdatedAt == nil || m.Version == nil {
		return fmt.Errorf("metadata lacks a member: %+v", m)
	}
	if *m.Version != version {
		return fmt.Errorf("version is %d, not %d", *m.Version, version)
	}
	if len(*m.Uid) != 36 || m.CreatedAt.Year() < 2020 || m.LastUpdatedAt.Before(*m.CreatedAt) {
		return fmt.Errorf("metadata is odd: uid %s, %s to %s", *m.Uid, m.CreatedAt, m.LastUpdatedAt)
	}
	if !strings.HasPrefix(*m.Arn, "arn:aws:appmesh:us-west-2:"+*m.MeshOwner+":mesh/"+name) {
		return fmt.Errorf("arn is %s", *m.Arn)
	}
	if found.status != "ACTIVE" {
		return fmt.Errorf("status is %s", found.status)
	}
	clearFilledPort(found.spec)
	if !reflect.DeepEqual(found.spec, spec) {
		return fmt.Errorf("the plan would change %T", spec)
	}
	return nil
}

// clearFilledPort takes away what Terraform marks as computed: the port of a health check.
func clearFilledPort(spec any) {
	node, ok := spec.(*types.VirtualNodeSpec)
	if !ok {
		return
	}
	for _, listener := range node.Listeners {
		if listener.HealthCheck != nil && *listener.HealthCheck.Port == *listener.PortMapping.Port {
			listener.HealthCheck.Port = nil
		}
	}
}

func conflict(ctx context.Context, each kind) error {
	_, err := each.create(ctx, nil)
	var exists *types.ConflictException
	if !errors.As(err, &exists) {
		return fmt.Errorf("want ConflictException, got %v", err)
	}
	return nil
}

func pages(ctx context.Context, each kind) error {
	seen, items, err := each.list(ctx)
	if err != nil {
		return err
	}
	if seen != 1 || items != 1 {
		return fmt.Errorf("%d pages of %d items", seen, items)
	}
	return nil
}

// tags changes them the way Terraform does: what is gone first, then what is new; the resource itself is not updated.
func tags(ctx context.Context, client *appmesh.Client, each kind) error {
	before, err := each.describe(ctx, nil)
	if err != nil {
		return err
	}
	arn := before.metadata.Arn
	if _, err := client.UntagResource(ctx, &appmesh.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"Name"}}); err != nil {
		return err
	}
	added := []types.TagRef{{Key: aws.String("a"), Value: aws.String("")}, {Key: aws.String("é"), Value: aws.String("2")}}
	if _, err := client.TagResource(ctx, &appmesh.TagResourceInput{ResourceArn: arn, Tags: added}); err != nil {
		return err
	}
	var listed []types.TagRef
	pages := appmesh.NewListTagsForResourcePaginator(client, &appmesh.ListTagsForResourceInput{ResourceArn: arn, Limit: one})
	for pages.HasMorePages() {
		output, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		listed = append(listed, output.Tags...)
	}
	if err := expectTags(listed, "a= é=2"); err != nil {
		return err
	}
	after, err := each.describe(ctx, nil)
	if err == nil && !reflect.DeepEqual(before, after) {
		err = errors.New("tags have changed the resource")
	}
	return err
}

func expectTags(found []types.TagRef, want string) error {
	texts := make([]string, len(found))
	for index, tag := range found {
		texts[index] = *tag.Key + "=" + *tag.Value
	}
	if got := strings.Join(texts, " "); got != want {
		return fmt.Errorf("tags are %q, not %q", got, want)
	}
	return nil
}

func inUse(ctx context.Context, each kind) error {
	_, err := each.delete(ctx, nil)
	var used *types.ResourceInUseException
	if !errors.As(err, &used) {
		return fmt.Errorf("want ResourceInUseException, got %v", err)
	}
	return nil
}

func update(ctx context.Context, each kind) error {
	before, err := each.describe(ctx, nil)
	if err != nil {
		return err
	}
	owner := before.metadata.MeshOwner
	if _, err := each.update(ctx, owner, each.specs[1]); err != nil {
		return err
	}
	found, err := each.describe(ctx, owner)
	if err != nil {
		return err
	}
	if *found.metadata.Uid != *before.metadata.Uid {
		return errors.New("the update has changed the uid, which is Terraform's id")
	}
	return settled(found, 2, each.specs[1])
}

func remove(ctx context.Context, each kind) error {
	gone, err := each.delete(ctx, nil)
	if err != nil {
		return err
	}
	if gone.status != "DELETED" {
		return fmt.Errorf("status is %s", gone.status)
	}
	if _, err := each.delete(ctx, nil); err == nil {
		return errors.New("it could be deleted twice")
	}
	return absent(ctx, each)
}
