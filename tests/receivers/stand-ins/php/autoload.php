<?php // Stands in for the library of Standard Webhooks where Packagist is not reached: the same names, and the same check.

namespace StandardWebhooks\Exception {
    class WebhookVerificationException extends \Exception
    {
    }
}

namespace StandardWebhooks {
    class Webhook
    {
        private string $key;

        public function __construct(string $secret)
        {
            $this->key = base64_decode(preg_replace('/^whsec_/', '', $secret));
        }

        public function verify(string $body, array $headers): mixed
        {
            [$id, $at, $signatures] = array_map(
                fn ($name) => $headers["webhook-$name"] ?? '',
                ['id', 'timestamp', 'signature'],
            );
            $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$at.$body", $this->key, true));
            $matches = array_filter(explode(' ', $signatures), fn ($one) => hash_equals($expected, $one));
            if ($id === '' || abs(time() - (int) $at) > 300 || $matches === []) {
                throw new Exception\WebhookVerificationException('not signed by us');
            }
            return json_decode($body, true);
        }
    }
}
