"""What the answers to Schemathesis are compared with beside what Schemathesis itself compares."""

import schemathesis


@schemathesis.check
def reason_is_documented(ctx, response, case):
    """An error has one of the reasons that the operation has in the document."""
    if response.status_code < 400:
        return
    reason = reason_of(response.json())
    assert not reason.upper().replace("_", "").endswith("TOOMANYFAILURES"), "the test is kept out: nothing more is tested"
    documented = documented_reasons(case.operation, response.status_code)
    assert documented is None or reason in documented, f"{reason} is none of {documented}"


def reason_of(body):
    """In any of the dialects."""
    error = body.get("error", body)
    if isinstance(error.get("code"), str):
        return error["code"]
    return next(detail["reason"] for detail in error["details"] if "reason" in detail)


def documented_reasons(operation, status):
    """None where the document has no such status, which is another check's finding."""
    responses = operation.definition.raw.get("responses", {})
    response = responses.get(str(status))
    if response is not None and "$ref" in response:
        name = response["$ref"].rsplit("/", 1)[-1]
        response = operation.schema.raw_schema["components"]["responses"][name]
    return response and response.get("x-reasons")
