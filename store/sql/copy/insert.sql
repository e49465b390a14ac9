-- $1 id  $2 message  $3 address hash  $4 sender hash  $5 sealed recipient  $6 print  $7 reply
-- $8 reply all  $9 forward  $10 on expiry  $11 read receipt  $12 extension  $13 expires
-- $14 decided by  $15 delivered
insert into copy (id, message_id, address_hash, sender_hash, recipient, print, reply, reply_all,
                  forward, on_expiry, read_receipt, extension_until_ms, expires_at_ms, decided_by,
                  delivered_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
