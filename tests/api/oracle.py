# SPDX-License-Identifier: MIT
"""What an answer to a generated request has to be."""
import csv
import io
import json
import re

import fastjsonschema

VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# What only describes: not needed to judge, and unknown to the compiler.
TOLD = {"description", "format", "example", "examples", "default", "x-line"}


class Violation(AssertionError):
    pass


def need(holds, *what):
    if not holds:
        raise Violation(*what)


class Oracle:
    """Schemas are compiled once; rows with all keys apart from rows with some."""

    def __init__(self, document):
        self.document = document
        self.definitions = self.plain(document["components"]["schemas"])
        self.compiled = {}

    def plain(self, node):
        """JSON Schema of draft 7, where a $ref has nothing beside it."""
        if isinstance(node, list):
            return [self.plain(child) for child in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return {"$ref": node["$ref"].replace("#/components/schemas/", "#/definitions/")}
        if "properties" in node and isinstance(node["properties"], dict):
            rest = {k: self.plain(v) for k, v in node.items() if k not in TOLD | {"properties"}}
            return {**rest, "properties": {k: self.plain(v)
                                           for k, v in node["properties"].items()}}
        return {k: self.plain(v) for k, v in node.items() if k not in TOLD}

    def resolve(self, node):
        while "$ref" in node:
            target, node = node["$ref"], self.document
            for part in target.removeprefix("#/").split("/"):
                node = node[part]
        return node

    def validate(self, schema, value, fields=None):
        key = (json.dumps(schema, sort_keys=True), fields)
        if key not in self.compiled:
            whole = self.narrowed(self.plain(schema), fields)
            self.compiled[key] = fastjsonschema.compile(
                {"$schema": "http://json-schema.org/draft-07/schema#", **whole,
                 "definitions": self.definitions}, use_default=False)
        try:
            self.compiled[key](value)
        except fastjsonschema.JsonSchemaException as error:
            raise Violation(f"{error.message} (rule {error.rule})") from None

    def narrowed(self, schema, fields):
        """Instead of "all keys or some": all, or some, as was asked."""
        if fields is None:
            return schema
        while "$ref" in schema:
            schema = self.definitions[schema["$ref"].rpartition("/")[2]]
        data = schema.get("properties", {}).get("data")
        rows = data and data.get("items", data)
        if not rows or "anyOf" not in rows:
            return schema
        chosen = rows["anyOf"][1 if fields else 0]
        data = {**data, "items": chosen} if "items" in data else chosen
        return {**schema, "properties": {**schema["properties"], "data": data}}

    # --- Judging ---------------------------------------------------------------

    def judge(self, request, answer):
        status = answer.status
        need(status < 500, "the service failed", status)
        need(status in request.statuses, "status", status, "allowed", sorted(request.statuses))
        response = self.response(request, status)
        self.check_headers(request, response, answer)
        if request.method == b"HEAD" or status in (204, 304):
            need(answer.body == b"", "content where none may be")
            return
        media = answer.headers["content-type"]
        need(media in response["content"], "media type", media)
        if status != 200:
            self.check_problem(request, response["content"][media]["schema"], answer)
            return
        need(media == (request.media or media), "media type", media, "wanted", request.media)
        self.check_content(request, response["content"][media]["schema"], media, answer)

    def response(self, request, status):
        if status == 405:
            return self.document["x-method-not-allowed"]
        if request.template is None or request.method not in (b"GET", b"HEAD", b"OPTIONS"):
            names = {400: "BadRequest", 404: "NotFound", 414: "UriTooLong", 204: "NoContent"}
            return self.document["components"]["responses"][names[status]]
        operation = self.document["paths"][request.template][request.method.decode().lower()]
        need(str(status) in operation["responses"], "status", status, "is not in the document")
        return self.resolve(operation["responses"][str(status)])

    def check_headers(self, request, response, answer):
        for name, header in response["headers"].items():
            header, value = self.resolve(header), answer.headers.get(name.lower())
            need(value is not None or not header.get("required"), "no header", name)
            if value is not None:
                self.validate(header["schema"], value)
        given = dict(request.headers).get("X-Request-Id", "")
        if VALID_REQUEST_ID.fullmatch(given):
            need(answer.headers["x-request-id"] == given, "X-Request-Id")

    def check_problem(self, request, schema, answer):
        problem = json.loads(answer.content())
        self.validate(schema, problem)
        need(problem["status"] == answer.status, "status of the problem")
        need(problem["type"] == "/problems/" + problem["code"], "type of the problem")
        need(problem["request_id"] == answer.headers["x-request-id"], "request_id of the problem")
        if problem["code"] != "bad-parameter":
            need(problem["errors"] == [], "errors", problem["errors"])
            need(answer.status != 400 or request.malformed, "nothing is malformed", problem)
            return
        if request.malformed:  # the value cannot be read, or the whole query
            return
        named = {error["parameter"] for error in problem["errors"]}
        need(named, "no parameter is named")
        need(named <= request.named | request.may, "named", named - request.named - request.may)
        # With a format that is none, or an id, nothing else is looked at.
        if not named & {"format", "id"} and "format" not in request.named:
            need(request.named <= named, "not named", request.named - named)

    def check_content(self, request, schema, media, answer):
        fields = set(request.used.get("fields", ()))
        if media == "application/x-ndjson":
            lines = answer.content().split(b"\n")
            need(lines.pop() == b"", "the last line has no end")
            rows = [json.loads(line) for line in lines]
            row = {"anyOf": [schema["x-line"], {"$ref": schema["x-line"]["$ref"] + "Fields"}]}
            for value in rows:
                self.validate(row["anyOf"][1 if fields else 0], value)
        elif media.startswith("text/csv"):
            rows = self.check_csv(answer.content().decode())
        elif media in ("application/json", "application/ld+json"):
            value = json.loads(answer.content())
            self.validate(schema, value, bool(fields))
            rows = value.get("data") if media == "application/json" else None
            if "limit" in request.used and "meta" in value:
                need(value["meta"]["limit"] == int(request.used["limit"][0]), "meta.limit")
        else:
            self.validate(schema, answer.content().decode())
            return
        if isinstance(rows, list) and "limit" in request.used:
            need(len(rows) <= int(request.used["limit"][0]), "more rows than the limit")
        if fields and media != "application/ld+json" and not media.startswith("text/csv"):
            for row in rows if isinstance(rows, list) else [rows]:
                need(set(row) == fields, "keys", set(row), "asked for", fields)

    def check_csv(self, text):
        need(text.endswith("\r\n"), "the last line has no end")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        need(header and len(set(header)) == len(header), "names of columns", header)
        for row in rows:
            need(len(row) == len(header), "cells", row)
        return rows
