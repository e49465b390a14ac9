-- Forgets the wrong passwords of the account of an address. The password stays.
-- $1 address hash
update account set failures = 0, locked_at_ms = null
where address_hash = $1
