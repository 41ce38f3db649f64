# Receives notifications, and keeps each once: gem install standardwebhooks webrick
require "securerandom"
require "standardwebhooks"
require "webrick"

webhook = StandardWebhooks::Webhook.new(ENV.fetch("WEBHOOK_SECRET")) # whsec_…, of this endpoint
server = WEBrick::HTTPServer.new(Port: ENV.fetch("PORT"), BindAddress: "127.0.0.1", AccessLog: [])

server.mount_proc "/" do |request, response|
  body = request.body # as it came: the signature is over these bytes
  webhook.verify(body, request) # raises unless it was signed within the last five minutes
  file = File.join(ENV.fetch("INBOX"), "#{request["webhook-id"]}.json")
  unless File.exist?(file) # the same notification may come again
    part = "#{file}.#{SecureRandom.hex}.part" # it may even come twice at the same time
    File.binwrite(part, body)
    File.rename(part, file) # whole, or not at all; your own code works through the folder
  end
  response.status = 204
rescue StandardWebhooks::WebhookVerificationError
  response.status = 401 # anything but 2xx: it is sent again
end

trap("TERM") { server.shutdown }
server.start
