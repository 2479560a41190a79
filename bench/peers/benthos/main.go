// Benthos with no more components than the comparison needs: the Kafka input, Bloblang, the SQL output, metrics over HTTP.
package main

import (
	"context"

	"github.com/benthosdev/benthos/v4/public/service"

	_ "github.com/benthosdev/benthos/v4/public/components/io"
	_ "github.com/benthosdev/benthos/v4/public/components/kafka"
	_ "github.com/benthosdev/benthos/v4/public/components/pure"
	_ "github.com/benthosdev/benthos/v4/public/components/sql"
)

func main() {
	service.RunCLI(context.Background())
}
