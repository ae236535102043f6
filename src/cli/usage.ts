/** What `--help` prints. */
export const usage = `\
Compares the source of truth with every warehouse, and says what differs.

  dynamodb-stream-sync reconcile --source URL --warehouse NAME=URL [--warehouse NAME=URL …]
  dynamodb-stream-sync reconcile --config FILE [--apply]

Places
  --source URL           the source of truth
  --warehouse NAME=URL   a warehouse; as often as there are warehouses

  URL is one of
    dynamodb://table               ?region=…&endpoint=…&segments=8&rcu=500&consistent=false
    dynamodb-export://bucket/path  a finished export to S3; s3://bucket/path is the same
    postgres://user@host/database  ?table=…&schema=…&sslmode=require
    file:stock.csv                 also .ndjson, .jsonl, .parquet, and with .gz; ?order=key where it is sorted
    https://host/path              pages of JSON; #rows=data.items&cursor=meta.next:after

  ?columns=ARTICLE:sku,on_hand:quantity says what a place calls the attributes.

What is compared
  --key a[,b]            the key attributes. Default: sku. \`a:number\` reads texts as numbers
  --fields a[,b …]       the attributes that must be equal. Default: quantity
  --tolerance N          quantities may differ by so many units
  --settle-ms N          how long to wait before a live place is looked at again. Default: 10000
  --resume-from KEY      compares only the keys after this one: an earlier report's resumeFrom

Repairs
  --config FILE          a module whose default export is a reconcile config: places and rules
  --apply                repairs what differs; needs --config. Without it nothing is ever written

Report
  --json                 prints the report as JSON
  --jsonl FILE           writes every difference as a line of JSON; - is standard output
  --html FILE            writes the report as one page; - is standard output
  --no-progress          shows no progress

  --help, --version

Exit codes: 0 all places are equal, 1 something differs, 2 could not tell.
`
