// Charges 5 VC once, whatever becomes of the answers: go run . <customer> <key>
package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	tallystick "example.com/billing/gen/tallystick/v1"
)

var passing = map[string]bool{
	"UNAVAILABLE": true, "INTERNAL": true, "ACCOUNT_BUSY": true, "OVERLOADED": true, "TOO_MANY_FAILURES": true,
	"TOO_MANY_UNFINISHED_REQUESTS": true, "TOO_MANY_STREAMS": true, "BODY_TIMEOUT": true, "REQUEST_TOO_SLOW": true,
	"TOO_MANY_CALLS_AT_ONCE": true, "TOO_MANY_CALLS_A_SECOND": true,
	"TOO_MANY_UNREAD_ANSWERS": true, "DEADLINE_EXCEEDED": true, "CANCELLED": true,
}

var lost = map[codes.Code]bool{
	codes.Unavailable: true, codes.Internal: true, codes.Unknown: true, codes.Canceled: true, codes.DeadlineExceeded: true,
}

// why tells an error's reason, its facts, and how long the service asks to wait.
func why(err error) (reason string, facts map[string]string, wait time.Duration) {
	for _, detail := range status.Convert(err).Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			reason, facts = detail.Reason, detail.Metadata
		case *errdetails.RetryInfo:
			wait = detail.RetryDelay.AsDuration()
		}
	}
	return reason, facts, wait
}

// charge sends the same request, with the same key, until it is answered for good or ctx is over.
func charge(ctx context.Context, ledger tallystick.LedgerServiceClient, request *tallystick.CreateTransferRequest) (*tallystick.Receipt, error) {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 10*time.Second)
		answer, err := ledger.CreateTransfer(attempt, request)
		cancel()
		if err == nil {
			return answer.Receipt, nil
		}
		reason, _, wait := why(err)
		if !passing[reason] && (reason != "" || !lost[status.Code(err)]) {
			return nil, err
		}
		log.Printf("%v: trying again", err)
		select {
		case <-time.After(wait + rand.N(pause)):
		case <-ctx.Done():
			return nil, err
		}
	}
}

func main() {
	if len(os.Args) != 3 || os.Getenv("AUTH") == "" {
		log.Fatal("usage: AUTH=<client id:secret> go run . <customer> <key>")
	}
	address := os.Getenv("TALLYSTICK_ADDRESS")
	if address == "" {
		address = "127.0.0.1:7400"
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	basic := base64.StdEncoding.EncodeToString([]byte(os.Getenv("AUTH")))
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Basic "+basic)

	receipt, err := charge(ctx, tallystick.NewLedgerServiceClient(connection), &tallystick.CreateTransferRequest{
		Organization: "demo",
		Customer:     os.Args[1],
		Kind:         tallystick.TransferKind_TRANSFER_KIND_CHARGE,
		Amount:       "5",
		Currency:     "VC",
		// A key of yours, stored before the first attempt: whoever begins again charges once.
		Key: os.Args[2],
	})
	switch reason, facts, _ := why(err); {
	case err == nil && receipt.Replay:
		fmt.Printf("%s - 5 = %s, as before\n", receipt.Before.Posted, receipt.After.Posted)
	case err == nil:
		fmt.Printf("%s - 5 = %s\n", receipt.Before.Posted, receipt.After.Posted)
	case reason == "INSUFFICIENT_FUNDS":
		fmt.Printf("only %s available\n", facts["available"])
	default:
		log.Fatal(err)
	}
}
