# Stands in for the library of Standard Webhooks where RubyGems is not reached: the same names, and the same check.
require "openssl"

module StandardWebhooks
  class WebhookVerificationError < StandardError; end

  class Webhook
    def initialize(secret)
      @key = secret.delete_prefix("whsec_").unpack1("m")
    end

    def verify(body, headers)
      id, at, signatures = %w[id timestamp signature].map { |name| headers["webhook-#{name}"].to_s }
      expected = "v1,#{[OpenSSL::HMAC.digest("sha256", @key, "#{id}.#{at}.#{body}")].pack("m0")}"
      matches = signatures.split.any? { |one| OpenSSL.secure_compare(expected, one) }
      raise WebhookVerificationError, "not signed by us" unless matches && (Time.now.to_i - at.to_i).abs <= 300
    end
  end
end
