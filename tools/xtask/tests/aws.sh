#!/bin/sh
# An AWS command line for tests: writes down each call, and keeps what is put into it below $STATE.
echo "$*" >> "$STATE/calls"
value() { # the value of the option $1 among the rest
  wanted=$1; shift
  while [ $# -gt 0 ]; do [ "$1" = "$wanted" ] && { echo "$2"; return; }; shift; done
}
place() { echo "$STATE/$1-$(echo "$2" | tr '/' '_')"; }
for last in "$@"; do :; done
case "$1 $2" in
  "sts get-caller-identity") echo 111122223333 ;;
  "cloudformation describe-stacks")
    [ -f "$STATE/stack" ] || { echo "Stack with id x does not exist" >&2; exit 255; }
    parameters=$(cat "$STATE/parameters" 2>/dev/null || echo '[]')
    echo "{\"StackStatus\": \"CREATE_COMPLETE\", \"Outputs\": [], \"Parameters\": $parameters}" ;;
  "cloudformation deploy") cp "$(value --template-file "$@")" "$STATE/stack" ;;
  "s3api head-bucket") [ ! -f "$STATE/head-bucket" ] || { cat "$STATE/head-bucket" >&2; exit 254; } ;;
  "s3 mb") rm "$STATE/head-bucket" ;;
  "s3api put-object")
    body=$(value --body "$@"); object=$(place object "$(value --key "$@")")
    cp "$body" "$object"
    [ ! -f "$STATE/tamper" ] || echo "another" >> "$object"
    value --checksum-sha256 "$@" > "$STATE/runs-$(basename "$body" .zip)" ;;
  "s3api get-object")
    object=$(place object "$(value --key "$@")")
    [ -f "$object" ] || { echo "An error occurred (NoSuchKey) when calling the GetObject operation" >&2; exit 254; }
    cp "$object" "$last" ;;
  "lambda get-function-configuration") cat "$STATE/runs-$(value --function-name "$@" | sed 's/^peeker-checkout-test-//')" ;;
  "secretsmanager get-secret-value")
    secret=$(place secret "$(value --secret-id "$@")")
    [ ! -f "$secret.error" ] || { cat "$secret.error" >&2; exit 254; }
    [ -f "$secret" ] || { echo "An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation" >&2; exit 254; }
    cat "$secret" ;;
  "secretsmanager describe-secret") cat "$STATE/kms-key" 2>/dev/null || echo None ;;
  "secretsmanager update-secret") value --kms-key-id "$@" > "$STATE/kms-key" ;;
  "secretsmanager create-secret")
    key=$(value --kms-key-id "$@"); [ -z "$key" ] || echo "$key" > "$STATE/kms-key"
    cat > "$(place secret "$(value --name "$@")")" ;;
  "secretsmanager put-secret-value") cat > "$(place secret "$(value --secret-id "$@")")" ;;
esac
