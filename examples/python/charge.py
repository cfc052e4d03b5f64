"""Charges 5 VC once, whatever becomes of the answers: python charge.py <customer> <key>"""

import base64
import os
import random
import sys
import time

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from tallystick.v1 import ledger_pb2, ledger_pb2_grpc

PASSING = {
    "UNAVAILABLE",
    "INTERNAL",
    "ACCOUNT_BUSY",
    "OVERLOADED",
    "TOO_MANY_FAILURES",
    "TOO_MANY_CALLS_AT_ONCE",
    "TOO_MANY_CALLS_A_SECOND",
    "TOO_MANY_UNFINISHED_REQUESTS",
    "TOO_MANY_STREAMS",
    "BODY_TIMEOUT",
    "REQUEST_TOO_SLOW",
    "TOO_MANY_UNREAD_ANSWERS",
    "DEADLINE_EXCEEDED",
    "CANCELLED",
}
LOST = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.INTERNAL,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
}


def details(error, message):
    """Fills the message from the details of an error; whether there was such a detail."""
    status = rpc_status.from_call(error)
    return any(each.Unpack(message) for each in (status.details if status else []))


def retried(call, request, seconds):
    """Sends the same request, with the same key, until it is answered for good or the time is over."""
    authorization = "Basic " + base64.b64encode(os.environ["AUTH"].encode()).decode()
    until, pause = time.monotonic() + seconds, 0.1
    while True:
        try:
            return call(request, timeout=10, metadata=[("authorization", authorization)])
        except grpc.RpcError as error:
            info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
            passing = info.reason in PASSING if details(error, info) else error.code() in LOST
            told = retry.retry_delay.ToNanoseconds() / 1e9 if details(error, retry) else 0
            wait = told + random.random() * pause
            if not passing or time.monotonic() + wait > until:
                raise
            print(f"{error.details()}: trying again", file=sys.stderr)
            time.sleep(wait)
            pause = min(2 * pause, 10)


def main():
    if len(sys.argv) != 3 or not os.environ.get("AUTH"):
        sys.exit("usage: AUTH=<client id:secret> python charge.py <customer> <key>")
    customer, key = sys.argv[1:]
    channel = grpc.insecure_channel(os.environ.get("TALLYSTICK_ADDRESS", "127.0.0.1:7400"))
    ledger = ledger_pb2_grpc.LedgerServiceStub(channel)
    # A key of yours, stored before the first attempt: whoever begins again charges once.
    transfer = ledger_pb2.CreateTransferRequest(
        organization="demo",
        customer=customer,
        kind=ledger_pb2.TRANSFER_KIND_CHARGE,
        amount="5",
        currency="VC",
        key=key,
    )
    try:
        receipt = retried(ledger.CreateTransfer, transfer, seconds=60).receipt
        print(f"{receipt.before.posted} - 5 = {receipt.after.posted}{', as before' if receipt.replay else ''}")
    except grpc.RpcError as error:
        info = error_details_pb2.ErrorInfo()
        if not details(error, info) or info.reason != "INSUFFICIENT_FUNDS":
            sys.exit(f"{info.reason or error.code().name}: {error.details()}")
        print(f"only {info.metadata['available']} available")


main()
