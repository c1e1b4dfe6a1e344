-- Machines of before worked for everybody of their organisation; they get their key when they register again.
UPDATE `runners` SET `sharing` = 'organisation' WHERE `public_key` = '';--> statement-breakpoint
DROP INDEX `runners_token_hash_unique`;--> statement-breakpoint
ALTER TABLE `runners` DROP COLUMN `token_hash`;