<?php // In place of firebase/php-jwt, for a test without Composer: HS256 and nothing else, under the library's name.

namespace Firebase\JWT;

final class JWT
{
    public static function encode(array $payload, string $key, string $alg, ?string $keyId = null): string
    {
        if ($alg !== 'HS256') {
            throw new \DomainException("the stand-in knows HS256 only, not $alg");
        }
        $encode = fn (string $text) => rtrim(strtr(base64_encode($text), '+/', '-_'), '=');
        $signed = $encode(json_encode(['typ' => 'JWT', 'alg' => $alg, 'kid' => $keyId])) . '.' . $encode(json_encode($payload));
        return $signed . '.' . $encode(hash_hmac('sha256', $signed, $key, true));
    }
}
