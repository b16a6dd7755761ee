"""Lets a test in another process call App Mesh, or the service that is its argument, with boto3.

Each line on stdin is a JSON object {"operation", "input", "pages"}; each line on stdout is its outcome: {"result"}, {"pages"} or {"error"}.
"""

import datetime
import json
import sys

import boto3
import botocore
import botocore.exceptions

client = boto3.client(sys.argv[1] if len(sys.argv) > 1 else "appmesh")


def plain(value):
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000) / 1000
    raise TypeError(f"{type(value)} has no JSON form")


def call(operation, members, pages):
    method = botocore.xform_name(operation)
    if pages:
        paginator = client.get_paginator(method)
        config = {"PageSize": pages}
        return {"pages": [without_metadata(page) for page in paginator.paginate(PaginationConfig=config, **members)]}
    return {"result": without_metadata(getattr(client, method)(**members))}


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def failure(error):
    details, metadata = error.response["Error"], error.response["ResponseMetadata"]
    typed = getattr(client.exceptions, details["Code"], None)
    return {
        "name": details["Code"],
        "message": details["Message"],
        "status": metadata["HTTPStatusCode"],
        "requestId": metadata.get("RequestId"),
        "typed": typed is not None and isinstance(error, typed),
    }


for line in sys.stdin:
    request = json.loads(line)
    try:
        outcome = call(request["operation"], request["input"], request.get("pages"))
    except botocore.exceptions.ClientError as error:
        outcome = {"error": failure(error)}
    except botocore.exceptions.BotoCoreError as error:
        outcome = {"refused": str(error)}
    print(json.dumps(outcome, default=plain), flush=True)
