--[==[
{
  "about": "When no task can go on the log says so, for what, and with the time when it goes on by itself, and says when it does.",
  "runs": [
    {
      "inputs": {
        "asks": false
      },
      "expect": {
        "result": "done",
        "events": [
          {
            "event_type": "execution",
            "lifecycle_stage": "start"
          },
          {
            "event_type": "log",
            "message": "before"
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "waiting",
            "generation": 1,
            "details": {
              "status": "sleeping",
              "wake_at": {
                "has": "Z"
              }
            }
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "resumed",
            "generation": 1
          },
          {
            "event_type": "log",
            "message": "after"
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "complete"
          }
        ],
        "counts": [
          [
            {
              "event_type": "execution",
              "lifecycle_stage": "waiting"
            },
            2
          ],
          [
            {
              "event_type": "execution",
              "lifecycle_stage": "resumed"
            },
            2
          ]
        ]
      }
    },
    {
      "inputs": {
        "asks": true
      },
      "expect": {
        "result": true,
        "events": [
          {
            "event_type": "hitl_request",
            "request_id": "h0"
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "waiting",
            "details": {
              "status": "waiting_for_human",
              "requests": [
                "h0"
              ],
              "wake_at": {
                "has": "Z"
              }
            }
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "resumed"
          },
          {
            "event_type": "hitl_response",
            "request_id": "h0",
            "timed_out": true
          },
          {
            "event_type": "execution",
            "lifecycle_stage": "complete"
          }
        ],
        "counts": [
          [
            {
              "event_type": "execution",
              "lifecycle_stage": "waiting"
            },
            1
          ]
        ]
      }
    }
  ]
}
]==]
procedure("nap", {}, function() Sleep(0.05) end)

main = procedure("main", { input = { asks = "boolean" } }, function()
  if input.asks then return (Human.approve{ message = "Go on?", timeout = 0.05, default = true }) end
  Log.info("before")
  Sleep(0.05)
  Log.info("after")
  local h = Procedure.spawn("nap")
  Procedure.wait(h)
  return "done"
end)
