<?php

return (new PhpCsFixer\Config())->setRules(['@Symfony' => true]);
